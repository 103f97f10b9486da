import PKI

/// Records a certificate that a restored ledger lacks.
///
/// Its former lineage is unknown, so it begins one of its own: the identity's newest when no newer certificate is known, which ends the older
/// lineages where they are exclusive, as its renewal or enrolment did; else one aside, which does not affect the others.
struct AdoptionTransaction {
    let ledger: any LedgerTransaction
    let adoption: Adoption
    let now: UnixTime

    private var certificate: CertificateRecord { adoption.certificate }
    /// Seconds by which requests that ran side by side may have been recorded out of the order of their times.
    private static let slack: Int64 = 60

    /// Throws `certificateUnknown` for a certificate that no recovery can have lost.
    func run() throws -> CertificateRecord {
        if let known = try ledger.certificate(certificate.serialNumber) {
            guard known.record.der == certificate.der else { throw LedgerError.certificateUnknown(certificate.serialNumber) }
            return known.record
        }
        guard try ledger.isLost(time: certificate.notBefore, slack: adoption.backdating + Self.slack) else {
            throw LedgerError.certificateUnknown(certificate.serialNumber)
        }
        let (place, aside) = try placement()
        let stored = try ledger.write(certificate, at: place, issuedAt: certificate.notBefore + adoption.backdating)
        try ledger.insertHeldNames(of: stored)
        try ledger.insertAdoption(certificate: stored.id, aside: aside)
        if try ledger.linkForgotten(to: stored) == .keyCompromise { try ledger.insertCompromisedKey(stored.record.publicKeySHA256) }
        try ledger.audit(
            adoption.audit,
            adding: [
                (AuditFact.serial, certificate.serialNumber.description), (AuditFact.recordSHA256, hexadecimal(stored.digest)),
                ("lineage", String(place.lineage)), (AuditFact.aside, String(aside)),
            ])
        return stored.record
    }

    private func placement() throws -> (Placement, aside: Bool) {
        let identity = try ledger.identity(certificate.identity)
        let newest = try identity.flatMap { try ledger.head(identity: $0.id, lineage: $0.record.lineage) }
        let isOlder = newest.map { $0.record.notBefore > certificate.notBefore } ?? false
        switch adoption.purpose {
        case .renewal(let exclusive):
            try admitRenewal(identity)
            if exclusive, isOlder, let newest {
                throw LedgerError.fork(presented: certificate.serialNumber, current: newest.record.serialNumber)
            }
        case .revocation:
            if let identity, isOlder || identity.record.suspendedAt != nil {
                let lineage = try ledger.lastLineage(identity: identity.id) + 1
                return (Placement(identityID: identity.id, lineage: lineage, generation: 1), true)
            }
        }
        return (try ledger.newLineage(of: identity, for: certificate), false)
    }

    private func admitRenewal(_ identity: StoredIdentity?) throws {
        guard try !ledger.isForgotten(certificate.serialNumber) else {
            throw LedgerError.presentedRevoked(certificate.serialNumber)
        }
        guard try !ledger.isCompromised(key: certificate.publicKeySHA256) else { throw LedgerError.keyCompromised }
        try ledger.requireFreeNames(certificate, at: now)
        try identity?.record.admit(certificate)
    }
}
