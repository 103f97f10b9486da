import PKI

/// Decides a renewal. An answer may be lost: until a certificate that it was renewed to is used to renew, and for the grace after the first of them,
/// the presented one may renew again. Of those certificates the first that is used goes on; whoever comes after it is a fork.
struct RenewalDecision {
    let rows: any LedgerRows
    let certificate: CertificateRecord
    let now: UnixTime
    /// Seconds.
    let grace: Int64
    /// True when only the identity's newest lineage may renew.
    let exclusive: Bool

    /// Throws why the presented certificate cannot be renewed.
    func decide(presented serialNumber: SerialNumber) throws -> IssuanceDecision {
        let presented = try usableCertificate(serialNumber)
        let identity = try rows.known(identity: presented.identityID).record
        try identity.admit(certificate)
        if exclusive, presented.record.lineage != identity.lineage {
            throw LedgerError.fork(presented: serialNumber, current: try head(of: presented, lineage: identity.lineage).record.serialNumber)
        }
        let isHead = try rows.headID(identity: presented.identityID, lineage: presented.record.lineage) == presented.id
        let head = isHead ? presented : try head(of: presented, lineage: presented.record.lineage)
        let fork = LedgerError.fork(presented: serialNumber, current: head.record.serialNumber)
        let renewal = IssuanceDecision.renew(
            Placement(
                identityID: head.identityID, lineage: head.record.lineage, generation: head.record.generation + 1, parentID: presented.id))
        let children = isHead ? [] : try rows.children(of: presented)
        guard let first = children.first else {
            // Not for what others are renewed to meanwhile: the first of them that is used goes on.
            guard try !wasOvertaken(presented, isHead: isHead) else { throw fork }
            return renewal
        }
        guard now - first.issuedAt < grace, try !children.contains(where: wasUsed) else { throw fork }
        if let same = children.last(where: { $0.record.publicKeySHA256 == certificate.publicKeySHA256 && $0.isLive(at: now) }) {
            return .repeats(same)
        }
        return renewal
    }

    /// True when the presented certificate is out of use because a sibling, renewed from the same parent, was used to renew.
    private func wasOvertaken(_ presented: StoredCertificate, isHead: Bool) throws -> Bool {
        guard let parentID = presented.parentID, let parent = try rows.certificate(id: parentID) else { return false }
        // Nearly always: then it is the only one.
        if isHead, presented.record.generation == parent.record.generation + 1 { return false }
        return try rows.children(of: parent).contains { try $0.id != presented.id && wasUsed($0) }
    }

    private func wasUsed(_ certificate: StoredCertificate) throws -> Bool { try !rows.children(of: certificate).isEmpty }

    private func usableCertificate(_ serialNumber: SerialNumber) throws -> StoredCertificate {
        guard let presented = try rows.certificate(serialNumber) else { throw LedgerError.presentedUnknown(serialNumber) }
        guard presented.record.identity == certificate.identity else {
            throw LedgerError.presentedForeign(serialNumber, certificate.identity)
        }
        guard presented.record.revocation == nil else { throw LedgerError.presentedRevoked(serialNumber) }
        // Also when the key was compromised in another identity's certificate: it proves nothing any more.
        guard try !rows.isCompromised(key: presented.record.publicKeySHA256) else { throw LedgerError.keyCompromised }
        guard presented.record.notAfter >= now else { throw LedgerError.presentedExpired(serialNumber) }
        return presented
    }

    private func head(of presented: StoredCertificate, lineage: Int) throws -> StoredCertificate {
        guard let head = try rows.head(identity: presented.identityID, lineage: lineage) else {
            throw LedgerError.corrupt("\(presented.record.identity) has no certificate in lineage \(lineage)")
        }
        return head
    }
}
