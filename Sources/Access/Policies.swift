package import Issuance

/// Profiles with their issuers, and access policies, as one value that a reload replaces.
package final class Policies: Sendable {
    package let maker: CertificateMaker
    package let access: AccessControl

    package init(maker: CertificateMaker, access: AccessControl) {
        self.maker = maker
        self.access = access
    }

    /// Gives a permit, or throws a refusal that names the missing rule. The permit carries these policies, so that one set judges a request, however often
    /// they are replaced meanwhile.
    /// - Parameters:
    ///   - profile: the profile the action is about; nil when it is about none.
    ///   - object: named in the audit log and in the refusal.
    package func permit(
        _ principal: Principal, _ action: Action, profile: String? = nil, object: String
    ) throws(AccessRefusal) -> Permit {
        let profiles = try access.judge(principal, action, profile: profile, object: object)
        return Permit(principal: principal, action: action, profile: profile, object: object, profiles: profiles, policies: self)
    }
}
