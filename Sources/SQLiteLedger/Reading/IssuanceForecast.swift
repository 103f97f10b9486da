import GRDB
package import Ledger
import PKI

/// Finds, by reading alone, refusals that depend on the credential only, and repeats of lost answers.
struct IssuanceForecast {
    let db: Database
    let issuance: IssuanceRecord
    /// Seconds since 1970.
    let now: Int64

    /// The certificate that would be answered again; nil when, by the present rows, a new one would be written.
    func look() throws -> CertificateRecord? {
        let certificate = issuance.certificate
        // The common case: a token that brings a new name and key.
        if case .token = issuance.claim, issuance.idempotency == nil, try IdentityTable(db: db).isFree(certificate) { return nil }
        guard try !CompromisedKeyTable(db: db).contains(certificate.publicKeySHA256) else { throw LedgerError.keyCompromised }
        if let claim = issuance.idempotency, let first = try IdempotencyTable(db: db).find(claim, now: now) {
            try issuance.claim.requireUnrevoked(in: db)
            return first.record
        }
        switch issuance.claim {
        case .own: return nil
        case .token:
            _ = try IdentityTable(db: db).admitted(certificate)
            return nil
        case .ticket(let id, exclusive: _):
            return try TicketDecision(db: db, certificate: certificate, now: now).judge(ticket: id).repeated?.record
        case .renewal(let presented, let grace, let exclusive):
            let decision = RenewalDecision(db: db, certificate: certificate, now: now, grace: grace, exclusive: exclusive)
            if case .repeats(let stored) = try decision.decide(presented: presented) { return stored.record }
            return nil
        }
    }
}

extension IssuanceClaim {
    /// Throws when the ticket or the presented certificate is revoked. A token is checked with the audit event.
    func requireUnrevoked(in db: Database) throws {
        switch self {
        case .ticket(let id, exclusive: _): guard try !TokenTable(db: db).get(id: id).revoked else { throw LedgerError.ticketRevoked }
        case .renewal(let presented, grace: _, exclusive: _):
            guard try RevocationTable(db: db).find(presented) == nil else { throw LedgerError.presentedRevoked(presented) }
        case .token, .own: break
        }
    }
}

extension SQLiteLedger {
    package func foresee(_ issuance: IssuanceRecord, now: Int64) async throws(LedgerError) -> CertificateRecord? {
        try read { db in try IssuanceForecast(db: db, issuance: issuance, now: now).look() }
    }
}
