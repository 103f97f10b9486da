package import Ledger
package import PolicyFiles

/// The actions of a token with this policy: a file of `policies/access/`, validated.
package struct AccessPolicy: Sendable, Equatable {
    package let name: String
    /// The class of limits.yaml that requests with this policy are in; nil: `authenticated`.
    package let limitClass: String?
    private let rules: [Rule]

    private struct Rule: Sendable, Equatable {
        let actions: Set<String>
        let profiles: Set<String>
    }

    /// - Parameter file: its path; the name without `.yaml` is the policy's name.
    /// - Parameter limitClasses: those of limits.yaml; nil: there is no such file, and any name is taken.
    /// - Parameter faults: collects the faults of fields; nil: the first fault is thrown.
    package init(
        text: String, file: String, limitClasses: [String]? = nil, collecting faults: PolicyFaults? = nil
    ) throws(PolicyFileError) {
        var fields = try PolicyMapping(text: text, file: file, collecting: faults)
        let base = file.split(separator: "/").last.map(String.init) ?? file
        name = base.hasSuffix(".yaml") ? String(base.dropLast(5)) : base
        _ = try fields.optionalString("description")
        if let limitClasses {
            limitClass = try fields.optionalOneOf("limit_class", limitClasses)
        } else {
            limitClass = try fields.optionalString("limit_class")
        }
        var rules: [Rule] = []
        for group in try fields.mappings("allow") {
            var group = group
            rules.append(
                Rule(
                    actions: Set(try group.anyOf("actions", ["*"] + Action.grantable.map(\.rawValue))),
                    profiles: Set(try group.strings("profiles"))))
            try group.finish()
        }
        try fields.finish()
        self.rules = rules
    }

    /// True when a rule allows the action for the profile; a nil profile asks about actions that are about none.
    package func allows(_ action: Action, profile: String?) -> Bool {
        rules.contains { rule in
            (rule.actions.contains("*") || rule.actions.contains(action.rawValue))
                && (profile.map { rule.profiles.contains("*") || rule.profiles.contains($0) } ?? true)
        }
    }

    /// The profiles for which the policy allows an action; nil: every one.
    func profiles(for action: Action) -> Set<String>? {
        let named = rules.filter { $0.actions.contains("*") || $0.actions.contains(action.rawValue) }.map(\.profiles)
        return named.contains { $0.contains("*") } ? nil : named.reduce(into: []) { $0.formUnion($1) }
    }

    /// True when every rule is about these profiles only; nil: any profiles.
    func keeps(to profiles: Set<String>?) -> Bool {
        guard let profiles else { return true }
        return rules.allSatisfy { $0.profiles.isSubset(of: profiles) }
    }

    /// True when the policy allows everything: its holder may give any policy.
    package var allowsEverything: Bool {
        rules.contains { $0.actions.contains("*") && $0.profiles.contains("*") }
    }
}

/// The actions that a policy can allow.
package enum Action: String, Sendable, CaseIterable {
    case sign, issue, renew, revoke, search, audit
    case tokenCreate = "token_create"
    case ticketCreate = "ticket_create"
    /// Looking up a token of somebody else's by its secret or accessor; never shows a secret.
    case tokenLookup = "token_lookup"
    /// Ending a token of somebody else's, with all that descend from it.
    case tokenRevoke = "token_revoke"
    /// Suspending an identity: it neither renews nor enrols again before a new ticket is made for it.
    case suspend
    /// Looking itself up, renewing and revoking itself: every token may.
    case tokenSelf = "token_self"

    /// The audit log's action for it.
    package var audited: AuditAction {
        switch self {
        case .sign: .sign
        case .issue: .issue
        case .renew: .renew
        case .revoke: .revoke
        case .search: .search
        case .audit: .audit
        case .tokenCreate: .tokenCreate
        case .ticketCreate: .ticketCreate
        case .tokenSelf, .tokenLookup: .tokenLookup
        case .tokenRevoke: .tokenRevoke
        case .suspend: .suspend
        }
    }

    /// The actions that a policy file may name; the others follow from the credential itself.
    static let grantable: [Action] = [
        .sign, .issue, .revoke, .search, .audit, .tokenCreate, .ticketCreate, .tokenLookup, .tokenRevoke, .suspend,
    ]
}
