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
    /// In force when the permit was given: whatever it permits is done by them.
    package let policies: Policies

    init(principal: Principal, action: Action, profile: String?, object: String, profiles: Set<String>?, policies: Policies) {
        self.principal = principal
        self.action = action
        self.profile = profile
        self.object = object
        self.profiles = profiles
        self.policies = policies
    }

    /// Refuses to stand for anything but what it was given for: a front end cannot spend it elsewhere.
    package func require(_ action: Action, profile: String?) throws(AccessRefusal) {
        guard self.action == action, self.profile == profile else {
            throw .notAllowed(action: action.rawValue, object: profile ?? object, policies: ["permit to \(self.action.rawValue) \(object)"])
        }
    }

    /// An audit event of what the permit's holder does.
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
