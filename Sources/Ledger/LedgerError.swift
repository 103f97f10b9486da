package import PKI

/// Refusals and failures of the ledger. Nothing was written in any of these cases, unless the case says so.
package enum LedgerError: Coded, Sendable, Equatable {
    /// A draft was to be answered by a certificate that is not there any more: sign, and ask again.
    case draftNotRepeated
    case identityUnknown(IdentityName)
    /// The identity was suspended, by an administrator or by a revocation for cause.
    case identitySuspended(IdentityName)
    /// The identity exists already with another organization.
    case organizationDiffers(IdentityName, known: String?, asked: String?)
    /// A pattern ticket creates new identities only.
    case identityExists(IdentityName)
    case ticketSpent
    case ticketExpired
    case ticketRevoked
    /// The ticket is for another identity, or its pattern does not match.
    case ticketForOtherIdentity(IdentityName)
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
    /// The idempotency key was used before, for a request with other content.
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
    /// The database's own message, for operators.
    package var cause: String {
        switch self {
        case .unavailable(let text), .corrupt(let text): text
        default: summary
        }
    }

    /// True when the ledger itself failed; every other case is a refusal of the request.
    package var isFault: Bool {
        switch self {
        case .unavailable, .corrupt, .serialNumberTaken: true
        case .draftNotRepeated, .identityUnknown, .identitySuspended, .organizationDiffers, .identityExists, .ticketSpent, .ticketExpired,
            .ticketRevoked, .ticketForOtherIdentity, .ticketOlderThanSuspension, .presentedUnknown, .presentedRevoked, .presentedExpired,
            .fork,
            .presentedForeign, .keyCompromised, .keyShared, .nameHeld, .idempotencyKeyReused, .certificateUnknown, .certificateExpired,
            .tokenUnknown:
            false
        }
    }
}

extension LedgerError {
    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .draftNotRepeated: "unavailable"
        case .identityUnknown: "identity_unknown"
        case .identitySuspended: "identity_suspended"
        case .organizationDiffers: "organization_differs"
        case .identityExists: "identity_exists"
        case .ticketSpent: "ticket_spent"
        case .ticketExpired: "ticket_expired"
        case .ticketRevoked: "ticket_revoked"
        case .ticketForOtherIdentity: "ticket_foreign"
        case .ticketOlderThanSuspension: "ticket_older_than_suspension"
        case .presentedUnknown: "certificate_unknown"
        case .presentedRevoked: "certificate_revoked"
        case .presentedExpired: "certificate_expired"
        case .fork: "fork"
        case .presentedForeign: "certificate_foreign"
        case .keyCompromised: "key_compromised"
        case .keyShared: "key_reused"
        case .nameHeld: "name_held"
        case .idempotencyKeyReused: "idempotency_key_reused"
        case .serialNumberTaken: "serial_number_taken"
        case .certificateUnknown: "unknown_serial"
        case .certificateExpired: "certificate_expired"
        case .tokenUnknown: "token_invalid"
        case .unavailable: "unavailable"
        case .corrupt: "internal"
        }
    }

    /// The fault in words.
    package var summary: String {
        switch self {
        case .draftNotRepeated: "the ledger changed meanwhile"
        case .identityUnknown(let name): "there is no identity \(name): nothing was ever certified for it"
        case .identitySuspended(let name): "\(name) is suspended: one of its certificates was revoked for cause"
        case .organizationDiffers(let name, let known, let asked):
            "\(name) belongs to organization '\(known ?? "none")', not '\(asked ?? "none")'"
        case .identityExists(let name): "\(name) exists already, and this ticket only creates new ones"
        case .ticketSpent: "the ticket has no use left"
        case .ticketExpired: "the ticket has expired"
        case .ticketRevoked: "the ticket is revoked"
        case .ticketForOtherIdentity(let name): "the ticket is not for \(name)"
        case .ticketOlderThanSuspension(let name): "\(name) was suspended after this ticket was made"
        case .presentedUnknown(let serial): "the presented certificate \(serial) is not one of this CA's records"
        case .presentedRevoked(let serial): "the presented certificate \(serial) is revoked"
        case .presentedExpired(let serial): "the presented certificate \(serial) has expired"
        case .fork(let presented, let current):
            "the presented certificate \(presented) is not the newest of its line (\(current) is): two parties hold its key, or it was restored from a copy"
        case .presentedForeign(let serial, let name): "the presented certificate \(serial) does not belong to \(name)"
        case .keyCompromised: "the public key belongs to a certificate that was revoked for keyCompromise"
        case .keyShared(let name): "the public key is that of a live certificate of \(name)"
        case .nameHeld(let name, let holder): "the name '\(name)' is held by \(holder), which is live or suspended"
        case .idempotencyKeyReused: "the Idempotency-Key was used before, for another request"
        case .serialNumberTaken: "the serial number is taken: the random generator repeats itself"
        case .certificateUnknown(let serial): "there is no certificate with serial number \(serial)"
        case .certificateExpired(let serial): "the certificate \(serial) has expired: revoking it changes nothing"
        case .tokenUnknown: "permission denied: the token is unknown, expired, used up or revoked"
        case .unavailable: "the ledger cannot be written now"
        case .corrupt: "the ledger is damaged"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .draftNotRepeated: "try again shortly"
        case .identityUnknown:
            "check profile and name (ca-client search --name …); to keep it from enrolling, revoke its tickets (ca-client token revoke --accessor …)"
        case .identitySuspended, .ticketOlderThanSuspension:
            "let an administrator make a new ticket for exactly this identity, then enrol with a new key"
        case .organizationDiffers: "use the organization it was enrolled with"
        case .identityExists, .ticketForOtherIdentity: "ask for a ticket for exactly this identity (ca-client ticket create --id …)"
        case .ticketSpent, .ticketExpired, .ticketRevoked: "ask an administrator for a new ticket"
        case .presentedUnknown, .presentedRevoked, .presentedExpired, .presentedForeign: "enrol again with a ticket"
        case .fork: "find out who renewed last; if the key is stolen, revoke with reason keyCompromise and enrol again with a new ticket"
        case .keyCompromised, .keyShared: "make a new key"
        case .nameHeld:
            "use another name, or revoke the holder's certificates with this one (reason superseded); a suspended holder keeps its own name until it is enrolled again, and others until its certificates would have expired"
        case .idempotencyKeyReused: "use a new key for a new request, or send the first request again as it was"
        case .serialNumberTaken: "tell the CA's administrator"
        case .certificateUnknown: "check the serial number (ca-client search)"
        case .certificateExpired: "nothing is left to do"
        case .tokenUnknown: "ask an administrator for a new one"
        case .unavailable: "try again shortly; the administrator finds the cause in the server's log"
        case .corrupt: "run ca-server verify"
        }
    }

    /// With the cause of a fault.
    package var operatorText: (summary: String, remedy: String) {
        switch self {
        case .unavailable(let why): ("the ledger cannot be used: \(why)", Self.remedy(ofUnusable: why))
        case .corrupt(let why): ("the ledger is damaged: \(why)", "run ca-server verify; restore a good copy")
        default: (summary, remedy)
        }
    }

    private static func remedy(ofUnusable why: String) -> String {
        if why.contains("another server") { return "stop the other server, or use another --data" }
        if why.contains("readonly") || why.contains("read-only") || why.contains("Permission denied") || why.contains("unable to open") {
            return
                "see that the user who runs this program owns DIR and ledger.sqlite* in it and may write them, and that the file system is not mounted read-only"
        }
        return "see that no other server uses it, and that the disk has space"
    }
}
