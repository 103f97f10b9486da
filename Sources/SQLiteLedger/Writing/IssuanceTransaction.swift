import GRDB
import Ledger
import PKI

/// One issuance in its group: decides the claim, then writes certificate, identity, ticket use and audit event together.
struct IssuanceTransaction {
    let group: WriteGroup
    let issuance: IssuanceRecord
    /// Seconds since 1970.
    let now: Int64

    private var db: Database { group.db }

    /// Throws the refusal of a condition that does not hold; then nothing is written.
    func run() throws -> IssuanceOutcome {
        guard try !CompromisedKeyTable(db: db).contains(issuance.certificate.publicKeySHA256) else { throw LedgerError.keyCompromised }
        switch try decide() {
        case .issue(let place):
            guard !issuance.isDraft else { throw LedgerError.draftNotRepeated }
            try requireFree(for: place.identityID)
            let stored = try write(at: place)
            try audit(stored.record, adding: (AuditFact.recordSHA256, hexadecimal(stored.digest)))
            return try outcome(stored, isRepeat: false)
        case .repeats(let stored):
            try audit(stored.record, adding: ("repeated", "true"))
            return try outcome(stored, isRepeat: true)
        }
    }

    private func decide() throws -> IssuanceDecision {
        if let claim = issuance.idempotency, let first = try IdempotencyTable(db: db).find(claim, now: now) {
            try issuance.claim.requireUnrevoked(in: db)
            return .repeats(first)
        }
        return switch issuance.claim {
        case .token: .issue(try .newLineage(of: IdentityTable(db: db).admitted(issuance.certificate), for: issuance.certificate, in: db))
        // Whether older lineages end is asked when they are renewed: the claim's `exclusive` changes nothing here.
        case .ticket(let id, exclusive: _): try TicketDecision(db: db, certificate: issuance.certificate, now: now).decide(ticket: id)
        case .renewal(let presented, let grace, let exclusive):
            try RenewalDecision(db: db, certificate: issuance.certificate, now: now, grace: grace, exclusive: exclusive)
                .decide(presented: presented)
        case .own: .issue(try .newLineage(of: IdentityTable(db: db).find(issuance.certificate.identity), for: issuance.certificate, in: db))
        }
    }

    /// A key where the profile says so, and a ticket's names, must not be another identity's. A renewal keeps the names that it has.
    private func requireFree(for identity: Int64) throws {
        let certificate = issuance.certificate
        if issuance.keyReuse == .refuse, let other = try otherHolder(ofKey: certificate.publicKeySHA256, than: identity) {
            throw LedgerError.keyShared(with: other)
        }
        switch issuance.claim {
        case .ticket:
            if let shared = try HeldNameTable(db: db).sharedName(of: certificate, at: now) {
                throw LedgerError.nameHeld(shared.name, by: shared.holder)
            }
        // A policy lets the holder of a token give names: services that share one are its deed, and warned about.
        case .token, .renewal, .own: break
        }
    }

    private func otherHolder(ofKey sha256: [UInt8], than identity: Int64) throws -> IdentityName? {
        try CertificateTable(db: db).otherHolder(ofKey: sha256, than: identity, at: now)
    }

    /// The outcome, with its warnings.
    private func outcome(_ stored: StoredCertificate, isRepeat: Bool) throws -> IssuanceOutcome {
        let certificate = stored.record
        var outcome = IssuanceOutcome(certificate, isRepeat: isRepeat)
        if issuance.keyReuse == .warn {
            outcome.sharesKeyWith = try otherHolder(ofKey: certificate.publicKeySHA256, than: stored.identityID)
        }
        // A single name alone says whose certificate it is.
        if case .token = issuance.claim, certificate.subjectAlternativeNames.count > 1 {
            outcome.sharedName = try HeldNameTable(db: db).sharedName(of: certificate, at: now)
        }
        return outcome
    }

    private func write(at place: Placement) throws -> StoredCertificate {
        var certificate = issuance.certificate
        certificate.lineage = place.lineage
        certificate.generation = place.generation
        certificate.revocation = nil
        certificate.requester = certificate.requester.storable
        let id = try CertificateTable(db: db).insert(certificate, at: place, issuedAt: now)
        if place.parentID == nil { try HeldNameTable(db: db).insert(certificate, identity: place.identityID) }
        if let ticket = place.ticketID {
            group.note(AuditFact.ticketID, "\(ticket)")
            if let left = place.ticketUsesLeft { group.note(AuditFact.tokenUses, "\(ticket):\(left)") }
            try TicketUseTable(db: db).record(
                ticket: ticket, publicKeySHA256: certificate.publicKeySHA256, identity: place.identityID, certificate: id)
        }
        if let claim = issuance.idempotency {
            try IdempotencyTable(db: db).record(claim, certificate: id)
            group.note(AuditFact.idempotency, "\(claim.expiresAt):\(hexadecimal(claim.digest))")
        }
        group.count(1, .certificates)
        return StoredCertificate(
            id: id, identityID: place.identityID, parentID: place.parentID, issuedAt: now, record: certificate)
    }

    private func audit(_ certificate: CertificateRecord, adding fact: AuditFact.Value) throws {
        try group.audit(
            issuance.audit,
            adding: [
                fact, (AuditFact.serial, certificate.serialNumber.description), ("lineage", String(certificate.lineage)),
                ("generation", String(certificate.generation)),
            ])
    }
}

extension IdentityRecord {
    /// Certificates of one identity name one organization. Where either side names none there is nothing to compare.
    func admitOrganization(of certificate: CertificateRecord) throws(LedgerError) {
        guard let organization, let asked = certificate.organization, organization != asked else { return }
        throw .organizationDiffers(name, known: organization, asked: asked)
    }
}
