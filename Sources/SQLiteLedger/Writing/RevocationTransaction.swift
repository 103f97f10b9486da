import GRDB
import Ledger
import PKI

/// One order to revoke in its group. What is revoked stays as it was first revoked.
struct RevocationTransaction {
    let group: WriteGroup
    let order: RevocationOrder

    private var db: Database { group.db }

    /// Throws when there is nothing to revoke; then nothing is written.
    func run() throws -> RevocationReceipt {
        let table = CertificateTable(db: db)
        if let adoption = order.adoption { _ = try AdoptionTransaction(group: group, adoption: adoption).run() }
        guard let stored = try table.find(order.serialNumber) else { throw LedgerError.certificateUnknown(order.serialNumber) }
        let alreadyRevoked = stored.record.revocation != nil
        if !alreadyRevoked {
            guard stored.isLive(at: order.date) else { throw LedgerError.certificateExpired(order.serialNumber) }
            try revoke(stored)
        } else if order.reason == .keyCompromise {
            try CompromisedKeyTable(db: db).insert(stored.record.publicKeySHA256)
        }
        let others = try others(besides: stored)
        for other in others { try revoke(other) }
        guard let certificate = try table.find(order.serialNumber)?.record else {
            throw LedgerError.certificateUnknown(order.serialNumber)
        }
        let receipt = RevocationReceipt(
            certificate: certificate, alreadyRevoked: alreadyRevoked, alsoRevoked: others.map(\.record.serialNumber))
        try audit(receipt)
        return receipt
    }

    /// Suspending an identity ends all its certificates; a compromised key ends those of the identity that have it.
    func others(besides named: StoredCertificate) throws -> [StoredCertificate] {
        let identities = IdentityTable(db: db)
        let suspends = try order.suspendsIdentity && identities.get(id: named.identityID).record.suspendedAt == nil
        if suspends { try identities.suspend(id: named.identityID, date: order.date, in: group) }
        guard suspends || order.reason == .keyCompromise else { return [] }
        return try CertificateTable(db: db).live(identity: named.identityID, at: order.date).filter { other in
            suspends || other.record.publicKeySHA256 == named.record.publicKeySHA256
        }
    }

    /// Writes the revocation of one certificate.
    func revoke(_ certificate: StoredCertificate) throws {
        let number = try CRLTable(db: db).promiseNumber(issuer: certificate.record.issuer, date: order.date)
        try RevocationTable(db: db).insert(Revocation(date: order.date, reason: order.reason, crlNumber: number), of: certificate)
        group.count(1, .revocations)
        if order.reason == .keyCompromise { try CompromisedKeyTable(db: db).insert(certificate.record.publicKeySHA256) }
    }

    private func audit(_ receipt: RevocationReceipt) throws {
        let revoked = Int64(receipt.alsoRevoked.count) + (receipt.alreadyRevoked ? 0 : 1)
        let revocations = RevocationTable(db: db)
        let last = try revocations.lastSequence()
        var facts: [AuditFact.Value] = [
            (AuditFact.revokedCertificates, String(revoked)),
            (AuditFact.revocationsSHA256, hexadecimal(try revocations.digest(after: last - revoked, through: last))),
            (AuditFact.serial, order.serialNumber.description), (AuditFact.reason, order.reason.name),
        ]
        if let revocation = receipt.certificate.revocation { facts.append(("crl_number", String(revocation.crlNumber))) }
        try group.audit(order.audit, adding: facts)
    }
}
