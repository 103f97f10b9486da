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
