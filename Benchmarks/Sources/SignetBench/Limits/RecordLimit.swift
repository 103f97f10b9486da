import Crypto

/// What recording one certificate costs in our own schema: the statements of an issuance by token, by SQLite alone, in a copy of the run's ledger.
struct RecordLimit {
    /// Microseconds of CPU per certificate in transactions of 32, the flush to disk included.
    let grouped: Double
    /// The same with a transaction for each.
    let alone: Double
}

/// A copy of the run's ledger, so that the trees are as deep as in the run.
struct RecordLedger {
    private let connection: SQLiteConnection
    private let writer: RecordWriter

    /// - Parameters:
    ///   - ledger: the server's ledger.
    ///   - copy: path of the copy.
    init(copying ledger: String, to copy: String) throws {
        try SQLiteConnection(path: ledger, readOnly: true).execute("VACUUM INTO '\(copy)'")
        connection = try SQLiteConnection(path: copy)
        try connection.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;
            PRAGMA wal_autocheckpoint = 0
            """)
        writer = try RecordWriter(connection)
    }

    /// Records some made-up certificates.
    func limit(quick: Bool) throws -> RecordLimit {
        // The server's log is copied all the time: one that grew from measurement to measurement would be slower than its own.
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let groups = quick ? 8 : 24
        let grouped = try cost(iterations: groups) { try writer.writeGroup(of: 32) } / 32
        let alone = try cost(iterations: groups) { try writer.writeGroup(of: 1) }
        return RecordLimit(grouped: grouped, alone: alone)
    }
}

/// Writes made-up certificates with the statements of `SQLiteLedger`'s issuance: counters and the audit log's head once a group, as it does.
private final class RecordWriter {
    private static let certificateColumns = """
        serial, identity_id, lineage, generation, parent_id, issued_at, issuer, profile, profile_version, common_name, organization,
        organizational_unit, sans, not_before, not_after, spki_sha256, requester, der
        """

    private let connection: SQLiteConnection
    private let begin, commit: SQLiteStatement
    private let isCompromised, findIdentity, insertIdentity, insertCertificate, count, auditHead, insertAudit: SQLiteStatement
    private var number: Int64

    init(_ connection: SQLiteConnection) throws {
        self.connection = connection
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        isCompromised = try connection.prepare("SELECT 1 FROM compromised_key WHERE spki_sha256 = ?")
        findIdentity = try connection.prepare(
            "SELECT id, profile, name, organization, lineage, suspended_at FROM identity WHERE name = ? AND profile = ?")
        insertIdentity = try connection.prepare("INSERT INTO identity (profile, name, organization, lineage) VALUES (?, ?, ?, 1)")
        insertCertificate = try connection.prepare(
            "INSERT INTO certificate (\(Self.certificateColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        count = try connection.prepare("UPDATE counter SET value = value + ? WHERE name = ?")
        auditHead = try connection.prepare("SELECT id, hash FROM security_audit ORDER BY id DESC LIMIT 1")
        insertAudit = try connection.prepare(
            """
            INSERT INTO security_audit (id, timestamp, principal, action, resource, result, ip_address, user_agent, details, previous_hash,
                hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        number = try connection.integer("SELECT max(id) FROM certificate")
    }

    func writeGroup(of size: Int) throws {
        try begin.run([])
        let head = try auditHead.run([])
        for index in 1...size { try writeCertificate(auditID: head + Int64(index)) }
        for counter in ["certificates", "audit_rows"] { try count.run([.integer(Int64(size)), .text(counter)]) }
        try commit.run([])
    }

    private func writeCertificate(auditID: Int64) throws {
        number += 1
        let name = "record-\(number).internal"
        let key = Array(SHA256.hash(data: Array(name.utf8)))
        try isCompromised.run([.blob(key)])
        try findIdentity.run([.text(name), .text("service")])
        try insertIdentity.run([.text("service"), .text(name), .null])
        let identity = connection.lastRow
        let der = Array(repeatElement(key, count: 24).joined())
        try insertCertificate.run([
            .blob(Array(key.prefix(16))), .integer(identity), .integer(1), .integer(1), .null, .integer(1_800_000_000), .text("services"),
            .text("service"), .text("0123456789abcdef"), .text(name), .null, .null, .text("[\"DNS:\(name)\"]"), .integer(1_800_000_000),
            .integer(1_800_086_400), .blob(key), .text("token init"), .blob(der),
        ])
        try writeAudit(auditID, of: name, recordHash: Array(SHA256.hash(data: der)), key: key)
    }

    private func writeAudit(_ id: Int64, of name: String, recordHash: [UInt8], key: [UInt8]) throws {
        let details = String(repeating: "d", count: 240)
        let hash = Array(SHA256.hash(data: recordHash + key + Array(details.utf8)))
        try insertAudit.run([
            .integer(id), .integer(1_800_000_000_000), .text("token init"), .text("sign"), .text("service/\(name)"), .text("allowed"),
            .text("127.0.0.1"), .text(""), .text(details), .blob(recordHash), .blob(hash),
        ])
    }
}
