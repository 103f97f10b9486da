package import PKI

/// Why the ledger did not do as asked. Nothing was written in any of these cases, unless the case says so.
package enum LedgerError: Error, Sendable, Equatable {
    /// The identity was suspended by a revocation.
    /// A draft was to be answered by a certificate that is not there any more: sign, and ask again.
    case draftNotRepeated
    case identityUnknown(IdentityName)
    case identitySuspended(IdentityName)
    /// The identity exists already with another organization.
    case organizationDiffers(IdentityName, known: String?, asked: String?)
    /// A pattern ticket creates new identities only.
    case identityExists(IdentityName)
    case ticketSpent
    case ticketExpired
    case ticketRevoked
    /// The ticket is for another identity, or its pattern does not match.
    case ticketForeign(IdentityName)
    /// The ticket was made before the identity was suspended.
    case ticketOlderThanSuspension(IdentityName)
    /// The presented certificate is not one of ours.
    case presentedUnknown(SerialNumber)
    case presentedRevoked(SerialNumber)
    case presentedExpired(SerialNumber)
    /// Somebody else has renewed with the presented certificate's key, or the grace window of its first renewal is over.
    case fork(presented: SerialNumber, current: SerialNumber)
    /// The presented certificate belongs to another identity than the new one.
    case presentedForeign(SerialNumber, IdentityName)
    /// The public key belongs to a certificate that was revoked for keyCompromise.
    case keyCompromised
    /// The public key is that of another identity's live certificate, and the profile refuses that.
    case keyShared(with: IdentityName)
    /// Another identity that is live or suspended has the name.
    case nameHeld(String, by: IdentityName)
    /// The named request was made before, and asked for something else.
    case idempotencyKeyReused
    /// The random serial number is taken: the random generator is broken.
    case serialNumberTaken(SerialNumber)
    case certificateUnknown(SerialNumber)
    /// The certificate has expired: revoking it would change nothing.
    case certificateExpired(SerialNumber)
    case tokenUnknown
    /// The database is busy, full or failing; a retry may succeed.
    case unavailable(String)
    /// The data violates an invariant: a fault of the ledger or of its file.
    case corrupt(String)
}

extension LedgerError {
    /// What the database said, for the people who run it.
    package var cause: String {
        switch self {
        case .unavailable(let text), .corrupt(let text): text
        default: "\(self)"
        }
    }

    /// Whether the ledger failed: every other case is an answer to what was asked.
    package var isFault: Bool {
        switch self {
        case .unavailable, .corrupt, .serialNumberTaken: true
        case .identitySuspended, .organizationDiffers, .identityExists, .ticketSpent, .ticketExpired, .ticketRevoked, .ticketForeign,
            .ticketOlderThanSuspension, .presentedUnknown, .presentedRevoked, .presentedExpired, .fork, .presentedForeign, .keyCompromised,
            .keyShared, .nameHeld, .identityUnknown, .draftNotRepeated,
            .idempotencyKeyReused, .certificateUnknown, .certificateExpired, .tokenUnknown:
            false
        }
    }
}
