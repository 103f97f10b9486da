import GRDB
package import Ledger
import PKI

/// The refusals that the same credential meets again whatever it asks for, and the repeats of lost answers, found by reading alone.
struct IssuanceForecast {
    let db: Database
    let issuance: IssuanceRecord
    /// Seconds since 1970.
    let now: Int64

    /// The certificate that would be answered again; nil when a new one would be written, as far as a look tells.
    func look() throws -> CertificateRecord? {
        let certificate = issuance.certificate
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
    /// A credential that was revoked gets no answer again. A token is looked at with the audit event.
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
