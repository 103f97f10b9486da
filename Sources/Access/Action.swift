package import Ledger

/// What a policy can allow.
package enum Action: String, Sendable, CaseIterable {
    case sign, issue, renew, revoke, search, audit
    case tokenCreate = "token_create"
    case ticketCreate = "ticket_create"
    /// Looking itself up, renewing and revoking itself: every token may.
    case tokenSelf = "token_self"

    /// How the audit log names it.
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
        case .tokenSelf: .tokenLookup
        }
    }

    /// The actions that a policy file may name; the others follow from the credential itself.
    static let grantable: [Action] = [.sign, .issue, .revoke, .search, .audit, .tokenCreate, .ticketCreate]
}
