package import PKI

/// A store of the ledger's rows. It runs reads and writes in transactions; every decision is made here, by the rules, for each engine alike.
package protocol LedgerEngine: CertificateLedger {
    /// Runs a write in a transaction; returns once that is durable. A write that throws leaves nothing behind. It may run twice, and must only read
    /// and write the ledger.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any LedgerTransaction) throws -> Value
    ) async throws(LedgerError) -> Value
    /// Runs a look-up of a few rows.
    func read<Value>(_ work: (any LedgerRows) throws -> Value) throws(LedgerError) -> Value
    /// Signalled after each write that made events.
    var eventSignal: EventSignal { get }
}

extension LedgerEngine {
    /// Inlinable, because every certificate goes through it: the engine's module compiles a copy for its own transactions.
    @inlinable package func record(_ issuance: IssuanceRecord, now: UnixTime) async throws(LedgerError) -> IssuanceOutcome {
        try await write { try $0.record(issuance, now: now) }
    }

    package func foresee(_ issuance: IssuanceRecord, now: UnixTime) async throws(LedgerError) -> CertificateRecord? {
        try read { rows in
            // The common case: a token that brings a new name and key.
            if case .token = issuance.claim, issuance.idempotency == nil, try rows.isFree(issuance.certificate) { return nil }
            return if case .repeats(let stored) = try rows.decide(issuance, now: now) { stored.record } else { nil }
        }
    }

    package func forgetIdempotencyKeys(now: UnixTime) async throws(LedgerError) {
        try await write { try $0.deleteIdempotencyKeys(expiredAt: now) }
    }

    package func noteFork(
        presented: SerialNumber, current: SerialNumber, exclusive: Bool, audit: AuditEvent
    ) async throws(LedgerError) {
        try await write { ledger in
            // One that a recovery lost has no row.
            guard let known = try ledger.certificate(presented) else { return try ledger.audit(audit) }
            if let head = try ledger.certificate(current) {
                try ledger.insertFork(
                    presented: known.id, current: head.id, exclusive: exclusive, seenAt: UnixTime(milliseconds: audit.timestamp))
            }
            try ledger.audit(
                audit,
                adding: [
                    (AuditFact.forkPresented, presented.description), (AuditFact.forkCurrent, current.description),
                    (AuditFact.forkExclusive, String(exclusive)),
                ])
        }
    }

    package func revoke(_ order: RevocationOrder) async throws(LedgerError) -> RevocationReceipt {
        try await write { try RevocationTransaction(ledger: $0, order: order).run() }
    }

    package func suspend(_ name: IdentityName, now: UnixTime, audit: AuditEvent) async throws(LedgerError) -> IdentityRecord {
        try await write { ledger in
            guard let identity = try ledger.identity(name) else { throw LedgerError.identityUnknown(name) }
            if identity.record.suspendedAt == nil { try ledger.suspend(identity: identity.id, date: now) }
            try ledger.audit(audit)
            return try ledger.known(identity: identity.id).record
        }
    }

    package func append(_ event: AuditEvent) async throws(LedgerError) { try await write { try $0.audit(event) } }

    package func certificate(_ serialNumber: SerialNumber) async throws(LedgerError) -> CertificateRecord? {
        try read { try $0.certificate(serialNumber)?.record }
    }

    package func identity(_ name: IdentityName) async throws(LedgerError) -> IdentityRecord? {
        try read { try $0.identity(name)?.record }
    }

    package func counts() async throws(LedgerError) -> LedgerCounts { try read { try $0.counts() } }

    package func auditHead() async throws(LedgerError) -> AuditHead { try read { try $0.auditHead() } }

    package func recover(_ order: RecoveryOrder) async throws(LedgerError) -> RecoveryReport {
        try await write { try RecoveryTransaction(ledger: $0, order: order).run() }
    }

    package func adopt(_ adoption: Adoption, now: UnixTime) async throws(LedgerError) -> CertificateRecord {
        try await write { ledger in
            guard adoption.certificate.notAfter >= now else { throw LedgerError.presentedExpired(adoption.certificate.serialNumber) }
            return try AdoptionTransaction(ledger: ledger, adoption: adoption, now: now).run()
        }
    }

    package func lastRecovery() async throws(LedgerError) -> UnixTime? { try read { try $0.lastRecovery() } }

    /// The number and the last sequence are taken in one transaction; the entries up to there never change, so that they can be read
    /// beside the writer, however many they are.
    package func reserveCRL(issuer: String, after sequence: Int64, now: UnixTime) async throws(LedgerError) -> CRLReservation {
        let (number, last) = try await write { ledger in
            (try ledger.changeNumbers(issuer: issuer) { try $0.take(now: now) }, try ledger.lastSequence(issuer: issuer, inCRL: .max))
        }
        let entries = try read { try $0.revokedEntries(issuer: issuer, after: sequence, through: last, limit: .max) }
        return CRLReservation(number: number, entries: entries)
    }

    /// A published CRL must have a higher number than those before; later numbers are above it, wherever it came from.
    package func recordPublication(_ crl: CRLRecord, audit: AuditEvent) async throws(LedgerError) {
        try await write { ledger in
            if let last = try ledger.lastPublication(issuer: crl.issuer), last.number >= crl.number {
                throw LedgerError.corrupt("CRL \(crl.number) of \(crl.issuer) must not follow CRL \(last.number)")
            }
            try ledger.insert(crl)
            try ledger.changeNumbers(issuer: crl.issuer) { $0.taken = max($0.taken, crl.number) }
            try ledger.audit(
                audit,
                adding: [
                    (AuditFact.issuer, crl.issuer), ("number", String(crl.number)), ("entries", String(crl.entryCount)),
                    (AuditFact.publicationSHA256, hexadecimal(crl.digest)),
                ])
        }
    }

    package func lastPublication(issuer: String) async throws(LedgerError) -> CRLRecord? {
        try read { try $0.lastPublication(issuer: issuer) }
    }

    package func crlNumbers(issuer: String) async throws(LedgerError) -> CRLNumbers {
        try read { try $0.crlNumbers(issuer: issuer) ?? CRLNumbers() }
    }

    package func lastSequence(issuer: String, inCRL number: Int64) async throws(LedgerError) -> Int64 {
        try read { try $0.lastSequence(issuer: issuer, inCRL: number) }
    }

    package func revocationCount(issuer: String, through sequence: Int64) async throws(LedgerError) -> Int {
        try read { try $0.revocationCount(issuer: issuer, through: sequence) }
    }

    package func revokedEntries(issuer: String, after sequence: Int64, limit: Int) async throws(LedgerError) -> [RevokedEntry] {
        try read { try $0.revokedEntries(issuer: issuer, after: sequence, through: .max, limit: max(0, limit)) }
    }

    /// The newest revocation was promised a number above the last published one: also after a build that failed.
    package func hasPendingRevocations(issuer: String) async throws(LedgerError) -> Bool {
        try read { rows in
            guard let promised = try rows.lastPromise(issuer: issuer) else { return false }
            return try promised > rows.lastPublication(issuer: issuer)?.number ?? 0
        }
    }
}
