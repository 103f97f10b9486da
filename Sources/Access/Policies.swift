package import Issuance
import Ledger

/// Profiles with their issuers, access policies and limits, as one value that a reload replaces.
package final class Policies: Sendable {
    package let maker: CertificateMaker
    package let access: AccessControl
    /// nil: there is no limits.yaml, and nothing is limited.
    package let limits: RequestLimits?
    /// The class of each policy that names one.
    private let limitClasses: [String: LimitClass]

    package init(maker: CertificateMaker, access: AccessControl, limits: RequestLimits? = nil) {
        self.maker = maker
        self.access = access
        self.limits = limits
        limitClasses = limits.map { limits in access.limitClasses.compactMapValues { limits[$0] } } ?? [:]
    }

    /// The class of a credential's requests: of a token the widest among those of its policies; nil: nothing is limited.
    package func limitClass(of credential: Principal.Credential) -> LimitClass? {
        guard let limits else { return nil }
        switch credential {
        case .anonymous: return limits[.anonymous]
        case .certificate: return limits[.renewal]
        case .token(let token):
            guard token.ticket == nil else { return limits[.line] }
            let standard = limits[.authenticated]
            var widest: LimitClass?
            for policy in token.policies {
                let next = limitClasses[policy] ?? standard
                if let found = widest, !next.isWider(than: found) { continue }
                widest = next
            }
            return widest ?? standard
        }
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
