package import Issuance
package import Ledger

/// Proof that a principal may do one thing to one object. Only `Policies` makes one; use cases ask for it.
package struct Permit: Sendable {
    package let principal: Principal
    package let action: Action
    /// The profile that the action is about; nil when it is about none.
    package let profile: String?
    /// The profile, serial number or name that the permit is about.
    package let object: String
    /// The profiles that the principal's rules name for the action; nil: every one. An action that is about no profile of its own keeps to them.
    package let profiles: Set<String>?
    /// The policies in force when the permit was given; the request is carried out by them.
    package let policies: Policies

    init(principal: Principal, action: Action, profile: String?, object: String, profiles: Set<String>?, policies: Policies) {
        self.principal = principal
        self.action = action
        self.profile = profile
        self.object = object
        self.profiles = profiles
        self.policies = policies
    }

    /// Throws unless the permit was given for this action and profile: a front end cannot use it for another.
    package func require(_ action: Action, profile: String?) throws(AccessRefusal) {
        guard self.action == action, self.profile == profile else {
            throw .notAllowed(action: action.rawValue, object: profile ?? object, policies: ["permit to \(self.action.rawValue) \(object)"])
        }
    }

    /// An audit event of an action of the permit's holder.
    package func event(
        _ action: AuditAction? = nil, resource: String, result: AuditResult = .allowed, at milliseconds: Int64,
        details: [String: String] = [:]
    ) -> AuditEvent {
        AuditEvent(
            timestamp: milliseconds, principal: principal.auditName, action: action ?? self.action.audited, resource: resource,
            result: result, ipAddress: principal.ipAddress, userAgent: principal.userAgent,
            details: principal.auditDetails.merging(details) { _, told in told }, actingToken: principal.actingToken)
    }
}

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
