import GRDB
import Ledger
import PKI

/// Follows the audit chain from its first row, and compares what it tells of certificates, revocations and tokens with their tables.
struct AuditCheck {
    let db: Database
    let expected: AuditHead?

    /// What the rows so far add up to.
    private struct Progress {
        var id: Int64 = 0
        var hash = AuditChain.start
        var certificates: Int64 = 0
        var revocations: Int64 = 0
        var tokens: Int64 = 0
    }

    /// The first bad row, or the first record that the log contradicts.
    func firstFault() throws -> LedgerFault? {
        // As blobs: what lies behind a NUL must count, too.
        let sql = """
            SELECT id, timestamp, CAST(principal AS BLOB), CAST(action AS BLOB), CAST(resource AS BLOB), CAST(result AS BLOB),
                CAST(ip_address AS BLOB), CAST(user_agent AS BLOB), CAST(details AS BLOB), previous_hash, hash
            FROM security_audit ORDER BY id
            """
        var progress = Progress()
        let rows = try DirectStatement(db, sql)
        defer { rows.reset() }
        while try rows.step() {
            var columns = rows.columns
            if let fault = try check(&columns, &progress) { return fault }
        }
        return try endFault(progress)
    }

    private func check(_ columns: inout ColumnReader, _ progress: inout Progress) throws -> LedgerFault? {
        let id = try columns.next(Int64.self)
        let timestamp = try columns.next(Int64.self)
        let texts = try (0..<7).map { _ in try columns.next([UInt8].self) }
        let (previous, hash) = (try columns.next([UInt8].self), try columns.next([UInt8].self))
        guard id == progress.id + 1 else { return .auditRow(id: progress.id + 1, .missing) }
        guard previous == progress.hash else { return .auditRow(id: id, .unchained) }
        guard hash == AuditChain.hash(id: id, timestamp: timestamp, texts: texts, after: previous) else {
            return .auditRow(id: id, .altered)
        }
        if let expected, expected.id == id, expected.hash != hash { return .auditRewritten(id: id) }
        (progress.id, progress.hash) = (id, hash)
        let details: [String: String] = try JSONText.decode(from: String(decoding: texts[6], as: UTF8.self))
        return try revocationFault(details, &progress) ?? certificateFault(details, &progress) ?? tokenFault(details, &progress)
    }

    /// Compares what the row says was revoked: sequences have no gaps and follow the audit log.
    private func revocationFault(_ details: [String: String], _ progress: inout Progress) throws -> LedgerFault? {
        guard let text = details[AuditFact.revokedCertificates], let sha256 = details[AuditFact.revocationsSHA256] else { return nil }
        let first = progress.revocations
        progress.revocations += Int64(text) ?? 0
        let digest = try RevocationTable(db: db).digest(after: first, through: progress.revocations)
        return hexadecimal(digest) == sha256 ? nil : .revocationsAltered(auditRow: progress.id)
    }

    /// Compares what the row says was issued.
    private func certificateFault(_ details: [String: String], _ progress: inout Progress) throws -> LedgerFault? {
        guard let sha256 = details[AuditFact.recordSHA256], let serial = details[AuditFact.serial] else { return nil }
        progress.certificates += 1
        let serialNumber = try SerialNumber(text: serial)
        let stored = try CertificateTable(db: db).find(serialNumber)
        return stored.map { hexadecimal($0.digest) } == sha256 ? nil : .certificateAltered(serialNumber)
    }

    /// Compares what the row says of a new token.
    private func tokenFault(_ details: [String: String], _ progress: inout Progress) throws -> LedgerFault? {
        guard let sha256 = details[AuditFact.tokenSHA256], let id = details[AuditFact.tokenID].flatMap({ Int64($0) }) else { return nil }
        progress.tokens += 1
        do {
            let token = try TokenTable(db: db).get(id: id)
            let isInBounds = token.maxTTL.map { token.expiresAt <= token.createdAt + $0 } ?? true
            return hexadecimal(token.digest) == sha256 && isInBounds ? nil : .tokenAltered(id: id)
        } catch LedgerError.tokenUnknown {
            return .tokenAltered(id: id)
        }
    }

    private func endFault(_ progress: Progress) throws -> LedgerFault? {
        let written = max(expected?.id ?? 0, Int64(try CounterTable(db: db).value(.auditRows)))
        guard written <= progress.id else { return .auditTruncated(expected: written, found: progress.id) }
        for (table, audited) in [("certificate", progress.certificates), ("revocation", progress.revocations), ("token", progress.tokens)] {
            let stored: Int64 = try db.value("SELECT count(*) FROM \(table)") ?? 0
            guard audited == stored else { return .unaudited(table: table, audited: audited, stored: stored) }
        }
        return nil
    }
}
