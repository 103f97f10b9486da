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
        if let adoption = order.adoption { _ = try AdoptionTransaction(group: group, adoption: adoption, now: order.date).run() }
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
            certificate: certificate, alreadyRevoked: alreadyRevoked, alsoRevoked: others.map(\.record.serialNumber),
            issuers: Set(others.map(\.record.issuer)).union([certificate.issuer]))
        try audit(receipt)
        return receipt
    }

    /// The certificates that are revoked together with one: suspending an identity ends all its certificates, and a compromised key every certificate
    /// that has it, of any identity, which is suspended too. The keys of certificates that end this way count as compromised in turn.
    func others(besides named: StoredCertificate) throws -> [StoredCertificate] {
        let table = CertificateTable(db: db)
        var others: [Int64: StoredCertificate] = [:]
        var ending = [named]
        while let certificate = ending.popLast() {
            var found = try suspend(certificate.identityID) ? table.live(identity: certificate.identityID, at: order.date) : []
            if order.reason == .keyCompromise { found += try table.live(key: certificate.record.publicKeySHA256, at: order.date) }
            for other in found where other.id != named.id && others[other.id] == nil {
                others[other.id] = other
                ending.append(other)
            }
        }
        return others.values.sorted { $0.id < $1.id }
    }

    /// Suspends an identity when the order says so; false when it is suspended already.
    private func suspend(_ identity: Int64) throws -> Bool {
        let identities = IdentityTable(db: db)
        guard try order.suspendsIdentity && identities.get(id: identity).record.suspendedAt == nil else { return false }
        try identities.suspend(id: identity, date: order.date, in: group)
        return true
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
