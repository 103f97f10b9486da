package import PKI

/// A token or ticket. The secret itself is never stored, only its SHA-256.
package struct TokenRecord: Sendable, Equatable {
    package var id: Int64
    /// A public handle (`accessor` in Vault's API).
    package var accessor: String
    package var secretSHA256: [UInt8]
    package var displayName: String
    /// Names of access policies, as in `policies/access/`.
    package var policies: [String]
    /// Set for a ticket: what it may enrol.
    package var ticket: TicketScope?
    package var createdAt: UnixTime
    /// The first second at which it is no longer good.
    package var expiresAt: UnixTime
    /// Seconds a renewal may extend to, counted from `createdAt`; nil: not renewable.
    package var maxTTL: Int64?
    /// Uses left; nil: unlimited.
    package var usesLeft: Int?
    package var revoked: Bool
    /// The token that created it: it goes when that one is revoked. nil for the first of a deployment.
    package var parentID: Int64?

    package init(
        id: Int64 = 0, accessor: String, secretSHA256: [UInt8], displayName: String, policies: [String], ticket: TicketScope?,
        createdAt: UnixTime, expiresAt: UnixTime, maxTTL: Int64?, usesLeft: Int?, revoked: Bool = false, parentID: Int64? = nil
    ) {
        self.id = id
        self.accessor = accessor
        self.secretSHA256 = secretSHA256
        self.displayName = displayName
        self.policies = policies
        self.ticket = ticket
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.maxTTL = maxTTL
        self.usesLeft = usesLeft
        self.revoked = revoked
        self.parentID = parentID
    }
}

/// The profile, identities and names that a ticket may enrol.
package struct TicketScope: Sendable, Equatable {
    package var profile: String
    package var subject: Subject
    /// Decides the certificate's organization when set.
    package var organization: String?
    /// Decides the device type when set.
    package var type: String?
    /// Alternative names that may stand in the certificate beside the identity's own, as `GeneralName` describes them.
    package var names: [String]

    /// The identities that a ticket may enrol.
    package enum Subject: Sendable, Equatable {
        /// Exactly this identity, new or existing; reactivates it if it was suspended before the ticket was made (in the order of the ledger, not of clocks).
        case identity(String)
        /// New identities whose name matches the glob (`*` any run, `?` one character); never an existing one.
        case pattern(String)
    }

    package init(profile: String, subject: Subject, organization: String?, type: String?, names: [String] = []) {
        self.names = names
        self.profile = profile
        self.subject = subject
        self.organization = organization
        self.type = type
    }
}
