import PKI

/// One order to revoke. What is revoked stays as it was first revoked.
struct RevocationTransaction {
    let ledger: any LedgerTransaction
    let order: RevocationOrder

    /// Throws when there is nothing to revoke; then nothing is written.
    func run() throws -> RevocationReceipt {
        if let adoption = order.adoption { _ = try AdoptionTransaction(ledger: ledger, adoption: adoption, now: order.date).run() }
        guard let stored = try ledger.certificate(order.serialNumber) else { throw LedgerError.certificateUnknown(order.serialNumber) }
        let alreadyRevoked = stored.record.revocation != nil
        if !alreadyRevoked {
            guard stored.isLive(at: order.date) else { throw LedgerError.certificateExpired(order.serialNumber) }
            try revoke(stored)
        } else if order.reason == .keyCompromise {
            try ledger.insertCompromisedKey(stored.record.publicKeySHA256)
        }
        let others = try others(besides: stored)
        for other in others { try revoke(other) }
        guard let certificate = try ledger.certificate(order.serialNumber)?.record else {
            throw LedgerError.certificateUnknown(order.serialNumber)
        }
        let receipt = RevocationReceipt(
            certificate: certificate, alreadyRevoked: alreadyRevoked, alsoRevoked: others.map(\.record.serialNumber))
        try audit(receipt)
        return receipt
    }

    /// The certificates that are revoked together with one: suspending an identity ends all its certificates, and a compromised key every certificate
    /// that has it, of any identity, which is suspended too. The keys of certificates that end this way count as compromised in turn.
    func others(besides named: StoredCertificate) throws -> [StoredCertificate] {
        var others: [Int64: StoredCertificate] = [:]
        var identities: Set<Int64> = []
        var ending = [named]
        while let certificate = ending.popLast() {
            var found: [StoredCertificate] = []
            if order.suspendsIdentity, identities.insert(certificate.identityID).inserted {
                // The first date of a suspension stays.
                if try ledger.known(identity: certificate.identityID).record.suspendedAt == nil {
                    try ledger.suspend(identity: certificate.identityID, date: order.date)
                }
                // Also of an identity that is suspended already: an administrator's suspension leaves its certificates.
                found = try ledger.live(identity: certificate.identityID, at: order.date)
            }
            if order.reason == .keyCompromise { found += try ledger.live(key: certificate.record.publicKeySHA256, at: order.date) }
            for other in found where other.id != named.id && others[other.id] == nil {
                others[other.id] = other
                ending.append(other)
            }
        }
        return others.values.sorted { $0.id < $1.id }
    }

    /// Writes the revocation of one certificate, and its event.
    func revoke(_ certificate: StoredCertificate) throws {
        let number = try ledger.changeNumbers(issuer: certificate.record.issuer) { try $0.promise(date: order.date) }
        let sequence = try ledger.insert(Revocation(date: order.date, reason: order.reason, crlNumber: number), of: certificate)
        ledger.trail.count(1, .revocations)
        ledger.trail.announce(.revocation, row: sequence)
        if order.reason == .keyCompromise { try ledger.insertCompromisedKey(certificate.record.publicKeySHA256) }
    }

    private func audit(_ receipt: RevocationReceipt) throws {
        let revoked = Int64(receipt.alsoRevoked.count) + (receipt.alreadyRevoked ? 0 : 1)
        let last = try ledger.lastSequence()
        var facts: [AuditFact.Value] = [
            (AuditFact.revokedCertificates, String(revoked)),
            (AuditFact.revocationsSHA256, hexadecimal(try ledger.revocationsDigest(after: last - revoked, through: last))),
            (AuditFact.serial, order.serialNumber.description), (AuditFact.reason, order.reason.name),
        ]
        if let revocation = receipt.certificate.revocation { facts.append(("crl_number", String(revocation.crlNumber))) }
        try ledger.audit(order.audit, adding: facts)
    }
}

extension LedgerTransaction {
    /// Suspends an identity, and announces it; tokens that exist by now cannot reactivate it. The next audit row tells it.
    func suspend(identity: Int64, date: UnixTime) throws {
        let last = try lastToken()
        try suspend(identity: identity, date: date, after: last)
        trail.note(AuditFact.suspensions, "\(identity):\(date.seconds):\(last)")
        trail.announce(.suspension, row: identity)
    }
}
