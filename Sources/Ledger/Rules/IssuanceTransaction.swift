package import PKI

/// One issuance: decides the claim, then writes certificate, identity, ticket use and audit event together.
struct IssuanceTransaction {
    let ledger: any LedgerTransaction
    let issuance: IssuanceRecord
    let now: UnixTime

    /// Throws the refusal of a condition that does not hold; then nothing is written.
    func run() throws -> IssuanceOutcome {
        switch try ledger.decide(issuance, now: now) {
        case .repeats(let stored):
            try audit(stored.record, adding: ("repeated", "true"))
            return try outcome(stored, isRepeat: true)
        case .enrol(let identity, let ticket):
            try admitNew(for: identity?.id)
            let stored = try write(at: ledger.newLineage(of: identity, for: issuance.certificate))
            try ledger.insertHeldNames(of: stored)
            if let ticket { try spend(ticket, for: stored) }
            return try issued(stored)
        case .renew(let place):
            try admitNew(for: place.identityID)
            return try issued(write(at: place))
        }
    }

    private func issued(_ stored: StoredCertificate) throws -> IssuanceOutcome {
        try audit(stored.record, adding: (AuditFact.recordSHA256, hexadecimal(stored.digest)))
        return try outcome(stored, isRepeat: false)
    }

    /// A key where the profile says so, and a ticket's names, must not be another identity's. A renewal keeps the names that it has.
    private func admitNew(for identity: Int64?) throws {
        guard !issuance.isDraft else { throw LedgerError.draftNotRepeated }
        let certificate = issuance.certificate
        if issuance.keyReuse == .refuse,
            let other = try ledger.otherHolder(ofKey: certificate.publicKeySHA256, than: identity, at: now)
        {
            throw LedgerError.keyShared(with: other)
        }
        switch issuance.claim {
        case .ticket: try ledger.requireFreeNames(certificate, at: now)
        // A policy lets the holder of a token give names: services that share one are its choice, and warned about.
        case .token, .renewal, .own: break
        }
    }

    /// The outcome, with its warnings.
    private func outcome(_ stored: StoredCertificate, isRepeat: Bool) throws -> IssuanceOutcome {
        let certificate = stored.record
        var outcome = IssuanceOutcome(certificate, isRepeat: isRepeat)
        if issuance.keyReuse == .warn {
            outcome.sharesKeyWith = try ledger.otherHolder(ofKey: certificate.publicKeySHA256, than: stored.identityID, at: now)
        }
        // A single name alone says whose certificate it is.
        if case .token = issuance.claim, certificate.subjectAlternativeNames.count > 1 {
            outcome.sharedName = try ledger.sharedName(of: certificate, at: now)
        }
        return outcome
    }

    private func write(at place: Placement) throws -> StoredCertificate {
        var certificate = issuance.certificate
        certificate.revocation = nil
        let stored = try ledger.write(certificate, at: place, issuedAt: now)
        if let claim = issuance.idempotency {
            try ledger.insert(claim, certificate: stored.id)
            ledger.trail.note(AuditFact.idempotency, "\(claim.expiresAt.seconds):\(hexadecimal(claim.digest))")
        }
        return stored
    }

    private func spend(_ ticket: TokenRecord, for stored: StoredCertificate) throws {
        ledger.trail.note(AuditFact.ticketID, "\(ticket.id)")
        try ledger.spendUse(of: ticket)
        try ledger.insertTicketUse(
            ticket: ticket.id, key: stored.record.publicKeySHA256, identity: stored.identityID, certificate: stored.id)
    }

    private func audit(_ certificate: CertificateRecord, adding fact: AuditFact.Value) throws {
        try ledger.audit(
            issuance.audit,
            adding: [
                fact, (AuditFact.serial, certificate.serialNumber.description), ("lineage", String(certificate.lineage)),
                ("generation", String(certificate.generation)),
            ])
    }
}

extension LedgerTransaction {
    /// Decides an issuance, and writes it or answers what it repeats.
    package func record(_ issuance: IssuanceRecord, now: UnixTime) throws -> IssuanceOutcome {
        try IssuanceTransaction(ledger: self, issuance: issuance, now: now).run()
    }

    /// Writes a certificate at its place, and counts it.
    func write(_ certificate: CertificateRecord, at place: Placement, issuedAt: UnixTime) throws -> StoredCertificate {
        var certificate = certificate
        certificate.lineage = place.lineage
        certificate.generation = place.generation
        certificate.requester = certificate.requester.storable
        let id = try insert(certificate, at: place, issuedAt: issuedAt)
        trail.count(1, .certificates)
        return StoredCertificate(id: id, identityID: place.identityID, parentID: place.parentID, issuedAt: issuedAt, record: certificate)
    }

    /// The first generation of a new lineage; makes the identity when there is none. One that exists is active afterwards: whoever may enrol a
    /// suspended identity reactivates it. Tickets from before the suspension stay void: whoever stole the key may hold one.
    func newLineage(of identity: StoredIdentity?, for certificate: CertificateRecord) throws -> Placement {
        guard let identity else {
            return Placement(
                identityID: try insertIdentity(certificate.identity, organization: certificate.organization), lineage: 1, generation: 1)
        }
        let lineage = try beginLineage(of: identity.id, organization: identity.record.organization ?? certificate.organization)
        return Placement(identityID: identity.id, lineage: lineage, generation: 1)
    }

    /// Takes one use of a token that has some left; changes nothing for an unlimited one. The next event tells it.
    func spendUse(of token: TokenRecord) throws {
        guard let left = token.usesLeft else { return }
        try setUses(ofToken: token.id, left: left - 1)
        trail.note(AuditFact.tokenUses, "\(token.id):\(left - 1)")
    }
}
