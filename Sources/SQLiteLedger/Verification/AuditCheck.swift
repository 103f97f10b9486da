import GRDB
package import Ledger
package import PKI

/// Follows the audit chain from its first row, and compares its facts about certificates, revocations, tokens and their dependents with the
/// tables.
struct AuditCheck {
    let db: Database
    let expected: AuditHead?
    let replay: AuditReplay
    /// nil: that of the newest row.
    let now: UnixTime?

    /// - Parameter scratch: an empty database.
    init(db: Database, expected: AuditHead?, now: UnixTime?, scratch: Database) throws {
        try scratch.execute(sql: AuditReplay.schema)
        self.db = db
        self.expected = expected
        self.now = now
        replay = AuditReplay(replay: scratch, db: db)
    }

    /// State accumulated over the rows so far.
    private struct Progress {
        var head = AuditChain.start
        var certificates: Int64 = 0
        var revocations: Int64 = 0
        var tokens: Int64 = 0
        var publications: PublicationReplay
        var outbox: OutboxReplay
        /// The newest certificate that an older program recorded.
        var lastUntoldCertificate: Int64 = 0
        var newestRow: UnixTime = 0
    }

    /// The first bad row, or the first record that the log contradicts.
    func firstFault() throws -> LedgerFault? {
        // As blobs: what lies behind a NUL must count, too.
        let sql = """
            SELECT id, timestamp, CAST(principal AS BLOB), CAST(action AS BLOB), CAST(resource AS BLOB), CAST(result AS BLOB),
                CAST(ip_address AS BLOB), CAST(user_agent AS BLOB), CAST(details AS BLOB), previous_hash, hash
            FROM security_audit ORDER BY id
            """
        var progress = Progress(publications: PublicationReplay(db: db), outbox: try OutboxReplay(db: db))
        return try db.firstMatch(sql) { columns in try check(&columns, &progress) } ?? endFault(progress)
    }

    private func check(_ columns: inout ColumnReader, _ progress: inout Progress) throws -> LedgerFault? {
        let id = try columns.next(Int64.self)
        let timestamp = try columns.next(Int64.self)
        let texts = try (0..<7).map { _ in try columns.next([UInt8].self) }
        let (previous, hash) = (try columns.next([UInt8].self), try columns.next([UInt8].self))
        guard id == progress.head.id + 1 else { return .auditRow(id: progress.head.id + 1, .missing) }
        guard previous == progress.head.hash else { return .auditRow(id: id, .unchained) }
        guard hash == AuditChain.hash(id: id, timestamp: timestamp, texts: texts, after: previous) else {
            return .auditRow(id: id, .altered)
        }
        if let expected, expected.id == id, expected.hash != hash { return .auditRewritten(id: id) }
        progress.head = AuditHead(id: id, hash: hash)
        progress.newestRow = max(progress.newestRow, UnixTime(milliseconds: timestamp))
        return try fault(of: AuditFacts(timestamp: timestamp, texts: texts), &progress)
    }

    private func fault(of row: AuditFacts, _ progress: inout Progress) throws -> LedgerFault? {
        var row = row
        if let fault = try revocationFault(&row, &progress) ?? certificateFault(row, &progress) ?? tokenFault(row, &progress) {
            return fault
        }
        try replay.changed(row)
        return try progress.publications.take(row) ?? progress.outbox.take(row, id: progress.head.id)
    }

    /// Compares the row's revocations with the table: sequences have no gaps and follow the audit log.
    private func revocationFault(_ row: inout AuditFacts, _ progress: inout Progress) throws -> LedgerFault? {
        guard let count = row.number(AuditFact.revokedCertificates), let sha256 = row.text(AuditFact.revocationsSHA256) else { return nil }
        let first = progress.revocations
        let (last, overflow) = first.addingReportingOverflow(max(0, count))
        guard !overflow else { return .revocationsAltered(auditRow: progress.head.id) }
        progress.revocations = last
        row.revocations = first...last
        let digest = try SQLiteRows(db).revocationsDigest(after: first, through: progress.revocations)
        return hexadecimal(digest) == sha256 ? nil : .revocationsAltered(auditRow: progress.head.id)
    }

    /// Compares the row's certificate with the table.
    private func certificateFault(_ row: AuditFacts, _ progress: inout Progress) throws -> LedgerFault? {
        guard let sha256 = row.text(AuditFact.recordSHA256), let serialNumber = row.serial else { return nil }
        progress.certificates += 1
        guard let stored = try SQLiteRows(db).certificate(serialNumber), hexadecimal(stored.digest) == sha256 else {
            return .certificateAltered(serialNumber)
        }
        if !row.isComplete { progress.lastUntoldCertificate = max(progress.lastUntoldCertificate, stored.id) }
        try replay.issued(stored, row)
        return row.text(AuditFact.aside) == nil ? nil : try progress.publications.adopted(stored.id, row)
    }

    /// Compares the row's new token with the table.
    private func tokenFault(_ row: AuditFacts, _ progress: inout Progress) throws -> LedgerFault? {
        guard let sha256 = row.text(AuditFact.tokenSHA256), let id = row.number(AuditFact.tokenID) else { return nil }
        progress.tokens += 1
        guard let token = try SQLiteRows(db).token(id: id), hexadecimal(token.digest) == sha256, token.isInBounds else {
            return .tokenAltered(id: id)
        }
        try replay.created(token, row)
        return nil
    }

    private func endFault(_ progress: Progress) throws -> LedgerFault? {
        let written = max(expected?.id ?? 0, Int64(try SQLiteRows(db).value(of: .auditRows)))
        guard written <= progress.head.id else { return .auditTruncated(expected: written, found: progress.head.id) }
        for (table, audited) in [("certificate", progress.certificates), ("revocation", progress.revocations), ("token", progress.tokens)] {
            let stored: Int64 = try db.value("SELECT count(*) FROM \(table)") ?? 0
            guard audited == stored else { return .unaudited(table: table, audited: audited, stored: stored) }
        }
        let latest = max(now ?? progress.newestRow, progress.newestRow)
        let check = ReplayCheck(
            replay: replay.replay, db: db, lastUntoldCertificate: progress.lastUntoldCertificate, latest: latest)
        return try check.firstFault() ?? progress.publications.firstFault(latest: latest) ?? progress.outbox.firstFault()
    }
}

extension TokenRecord {
    /// True when the token's end is within the longest life that renewals may reach.
    fileprivate var isInBounds: Bool {
        guard let maxTTL else { return true }
        return expiresAt <= createdAt + maxTTL
    }
}

extension SQLiteLedger {
    /// Looks through the whole ledger, beside a running server too, and names the first fault; nil when there is none.
    ///
    /// Rows are streamed: memory does not grow with the ledger.
    /// - Parameters:
    ///   - expected: the head of the audit log that the last publication names, which shows a log cut off at its end.
    ///   - now: nil: that of the newest row.
    package func verify(expecting expected: AuditHead?, now: UnixTime? = nil) async throws(LedgerError) -> LedgerFault? {
        do {
            return try await scan { db in try Self.firstFault(in: db, expecting: expected, now: now) }
        } catch .corrupt(let text) {
            return .fileDamaged(text)
        }
    }

    static func firstFault(in db: Database, expecting expected: AuditHead?, now: UnixTime?) throws -> LedgerFault? {
        if let fault = try SchemaCheck(db: db).fault() { return fault }
        if let fault = try StructureCheck(db: db).fileFault() { return fault }
        // Without a name it is a file that goes when it is closed, and in memory while it is small.
        let fault = try DatabaseQueue(path: "").inDatabase { scratch in
            try AuditCheck(db: db, expected: expected, now: now, scratch: scratch).firstFault()
        }
        if let fault { return fault }
        return try StructureCheck(db: db).recordFault()
    }
}
