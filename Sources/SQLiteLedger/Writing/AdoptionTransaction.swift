import GRDB
import Ledger
import PKI

/// Records a certificate that a restored ledger lacks, in its group.
///
/// Its former lineage is unknown, so it begins one of its own: the identity's newest when no newer certificate is known, which ends the older
/// lineages where they are exclusive, as its renewal or enrolment did; else one aside, which does not affect the others.
struct AdoptionTransaction {
    let group: WriteGroup
    let adoption: Adoption
    /// Seconds since 1970.
    let now: Int64

    private var db: Database { group.db }
    private var certificate: CertificateRecord { adoption.certificate }

    /// Throws `certificateUnknown` for a certificate that no recovery can have lost.
    func run() throws -> CertificateRecord {
        if let known = try CertificateTable(db: db).find(certificate.serialNumber) {
            guard known.record.der == certificate.der else { throw LedgerError.certificateUnknown(certificate.serialNumber) }
            return known.record
        }
        guard try RecoveryTable(db: db).admits(notBefore: certificate.notBefore, backdating: adoption.backdating) else {
            throw LedgerError.certificateUnknown(certificate.serialNumber)
        }
        let (place, aside) = try placement()
        let stored = try write(at: place)
        try RecoveryTable(db: db).insertAdoption(certificate: stored.id, aside: aside)
        try ForgottenRevocations(db: db).link(stored)
        group.count(1, .certificates)
        try group.audit(
            adoption.audit,
            adding: [
                (AuditFact.serial, certificate.serialNumber.description), (AuditFact.recordSHA256, hexadecimal(stored.digest)),
                ("lineage", String(place.lineage)), (AuditFact.aside, String(aside)),
            ])
        return stored.record
    }

    private func placement() throws -> (Placement, aside: Bool) {
        let identity = try IdentityTable(db: db).find(certificate.identity)
        let isOlder = try identity.map { try knowsNewer($0) } ?? false
        switch adoption.purpose {
        case .renewal(let exclusive):
            try admitRenewal(identity)
            if exclusive, isOlder, let newest = try identity.flatMap({ try newest(of: $0) }) {
                throw LedgerError.fork(presented: certificate.serialNumber, current: newest.record.serialNumber)
            }
        case .revocation:
            if let identity, isOlder || identity.record.suspendedAt != nil {
                let lineage = try RecoveryTable(db: db).freeLineage(identity: identity.id)
                return (Placement(identityID: identity.id, lineage: lineage, generation: 1), true)
            }
        }
        return (try .newLineage(of: identity, for: certificate, in: db), false)
    }

    private func admitRenewal(_ identity: StoredIdentity?) throws {
        guard try !ForgottenRevocations(db: db).contains(certificate.serialNumber) else {
            throw LedgerError.presentedRevoked(certificate.serialNumber)
        }
        guard try !CompromisedKeyTable(db: db).contains(certificate.publicKeySHA256) else { throw LedgerError.keyCompromised }
        if let shared = try HeldNameTable(db: db).sharedName(of: certificate, at: now) {
            throw LedgerError.nameHeld(shared.name, by: shared.holder)
        }
        guard let identity else { return }
        guard identity.record.suspendedAt == nil else { throw LedgerError.identitySuspended(identity.record.name) }
        try identity.record.admitOrganization(of: certificate)
    }

    private func knowsNewer(_ identity: StoredIdentity) throws -> Bool {
        try newest(of: identity).map { $0.record.notBefore > certificate.notBefore } ?? false
    }

    private func newest(of identity: StoredIdentity) throws -> StoredCertificate? {
        try CertificateTable(db: db).head(identity: identity.id, lineage: identity.record.lineage)
    }

    private func write(at place: Placement) throws -> StoredCertificate {
        var record = certificate
        record.lineage = place.lineage
        record.generation = place.generation
        record.requester = record.requester.storable
        let issuedAt = record.notBefore + adoption.backdating
        let id = try CertificateTable(db: db).insert(record, at: place, issuedAt: issuedAt)
        try HeldNameTable(db: db).insert(record, identity: place.identityID)
        return StoredCertificate(id: id, identityID: place.identityID, parentID: nil, issuedAt: issuedAt, record: record)
    }
}
