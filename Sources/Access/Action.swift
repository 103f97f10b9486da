package import Ledger

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
