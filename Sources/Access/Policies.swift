package import Issuance

/// Everything that a reload replaces, as one value: profiles with their issuers, and who may do what.
package final class Policies: Sendable {
    package let maker: CertificateMaker
    package let access: AccessControl

    package init(maker: CertificateMaker, access: AccessControl) {
        self.maker = maker
        self.access = access
    }

    /// A permit, or which rule was missing. The permit carries these policies, so that a request is judged by one set, however often they are replaced
    /// meanwhile.
    /// - Parameters:
    ///   - profile: the profile the action is about; nil when it is about none.
    ///   - object: what the audit log and the refusal name.
    package func permit(
        _ principal: Principal, _ action: Action, profile: String? = nil, object: String
    ) throws(AccessRefusal) -> Permit {
        let profiles = try access.judge(principal, action, profile: profile, object: object)
        return Permit(principal: principal, action: action, profile: profile, object: object, profiles: profiles, policies: self)
    }
}
