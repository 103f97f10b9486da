package import Ledger

/// A request for a new token or ticket.
package struct TokenOrder: Sendable {
    package var displayName: String?
    /// nil: the creator's own.
    package var policies: [String]?
    /// Seconds.
    package var ttl: Int64?
    /// Seconds.
    package var explicitMaxTTL: Int64?
    package var renewable: Bool
    /// nil or 0: unlimited; for a ticket: 1.
    package var uses: Int?
    package var ticket: TicketScope?
    /// It does not go with its creator, and may outlive it: for holders of a policy that allows everything (Vault's `no_parent`).
    package var orphan: Bool

    package init(
        displayName: String? = nil, policies: [String]? = nil, ttl: Int64? = nil, explicitMaxTTL: Int64? = nil, renewable: Bool = true,
        uses: Int? = nil, ticket: TicketScope? = nil, orphan: Bool = false
    ) {
        self.displayName = displayName
        self.policies = policies
        self.ttl = ttl
        self.explicitMaxTTL = explicitMaxTTL
        self.renewable = renewable
        self.uses = uses
        self.ticket = ticket
        self.orphan = orphan
    }
}

/// Bounds of tokens and tickets, in seconds.
package enum TokenLimits {
    package static let defaultTTL: Int64 = 86_400
    package static let longestTTL: Int64 = 365 * 86_400
    /// Vault's default of 768 h.
    package static let defaultMaxTTL: Int64 = 32 * 86_400
    package static let longestTicketTTL: Int64 = 90 * 86_400
    package static let mostUses = 1_000_000
    /// Principals of the audit log that are no tokens.
    static let reservedNames: Set<String> = ["anonymous", "system", "certificate", "root"]
}

/// A new token: its record, and the secret that is shown this once.
package struct CreatedToken: Sendable {
    package let record: TokenRecord
    package let secret: String
    package let warnings: [String]
}
