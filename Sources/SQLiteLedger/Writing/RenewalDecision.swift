import GRDB
import Ledger
import PKI

/// Decides a renewal: the presented certificate must be the newest of its line, or the parent of one that is so young that its holder may never
/// have received it.
struct RenewalDecision {
    let db: Database
    let certificate: CertificateRecord
    /// Seconds since 1970.
    let now: Int64
    /// Seconds.
    let grace: Int64
    /// Whether only the identity's newest lineage may renew.
    let exclusive: Bool

    /// Throws why the presented certificate cannot be renewed.
    func decide(presented serialNumber: SerialNumber) throws -> IssuanceDecision {
        let presented = try usableCertificate(serialNumber)
        let identity = try IdentityTable(db: db).get(id: presented.identityID).record
        guard identity.suspendedAt == nil else { throw LedgerError.identitySuspended(identity.name) }
        try identity.admitOrganization(of: certificate)
        if exclusive, presented.record.lineage != identity.lineage {
            throw LedgerError.fork(presented: serialNumber, current: try head(of: presented, lineage: identity.lineage).record.serialNumber)
        }
        // Nearly always, and then there is nothing more to read.
        if try CertificateTable(db: db).headID(identity: presented.identityID, lineage: presented.record.lineage) == presented.id {
            return .issue(place(after: presented, parent: presented))
        }
        let head = try head(of: presented, lineage: presented.record.lineage)
        guard head.parentID == presented.id, now - head.issuedAt < grace else {
            throw LedgerError.fork(presented: serialNumber, current: head.record.serialNumber)
        }
        let sameKey = head.record.publicKeySHA256 == certificate.publicKeySHA256
        return sameKey && head.isLive(at: now) ? .repeats(head) : .issue(place(after: head, parent: presented))
    }

    private func usableCertificate(_ serialNumber: SerialNumber) throws -> StoredCertificate {
        guard let presented = try CertificateTable(db: db).find(serialNumber) else { throw LedgerError.presentedUnknown(serialNumber) }
        guard presented.record.identity == certificate.identity else {
            throw LedgerError.presentedForeign(serialNumber, certificate.identity)
        }
        guard presented.record.revocation == nil else { throw LedgerError.presentedRevoked(serialNumber) }
        // Also when the key was compromised in another identity's certificate: it proves nothing any more.
        guard try !CompromisedKeyTable(db: db).contains(presented.record.publicKeySHA256) else { throw LedgerError.keyCompromised }
        guard presented.record.notAfter >= now else { throw LedgerError.presentedExpired(serialNumber) }
        return presented
    }

    private func head(of presented: StoredCertificate, lineage: Int) throws -> StoredCertificate {
        guard let head = try CertificateTable(db: db).head(identity: presented.identityID, lineage: lineage) else {
            throw LedgerError.corrupt("\(presented.record.identity) has no certificate in lineage \(lineage)")
        }
        return head
    }

    private func place(after head: StoredCertificate, parent: StoredCertificate) -> Placement {
        Placement(
            identityID: head.identityID, lineage: head.record.lineage, generation: head.record.generation + 1, parentID: parent.id)
    }
}
