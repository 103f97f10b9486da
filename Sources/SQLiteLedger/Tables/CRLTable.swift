import GRDB
import Ledger

/// The tables `crl_state`, with the CRL numbers, and `crl`, with what was published.
extension SQLiteRows {
    func crlNumbers(issuer: String) throws -> CRLNumbers? {
        let sql = "SELECT last_number, reserved_number, least_this_update FROM crl_state WHERE issuer = ?"
        return try db.first(sql, [.text(issuer)]) { columns in
            CRLNumbers(taken: try columns.next(), promised: try columns.nextOptional(), leastThisUpdate: try columns.next())
        }
    }

    func lastPublication(issuer: String) throws -> CRLRecord? {
        try db.first(Self.selection + " WHERE issuer = ? ORDER BY number DESC LIMIT 1", [.text(issuer)], Self.record)
    }

    /// The CRL that was published with this number.
    func publication(issuer: String, number: Int64) throws -> CRLRecord? {
        try db.first(Self.selection + " WHERE issuer = ? AND number = ?", [.text(issuer), .integer(number)], Self.record)
    }

    private static let selection = "SELECT issuer, number, this_update, next_update, entry_count, sha256 FROM crl"

    private static func record(_ columns: inout ColumnReader) throws -> CRLRecord {
        CRLRecord(
            issuer: try columns.next(), number: try columns.next(), thisUpdate: try columns.next(), nextUpdate: try columns.next(),
            entryCount: try columns.next(), sha256: try columns.next())
    }
}

extension WriteGroup {
    func set(_ numbers: CRLNumbers, issuer: String) throws {
        try db.change(
            """
            INSERT INTO crl_state (issuer, last_number, reserved_number, least_this_update) VALUES (?, ?, ?, ?)
            ON CONFLICT (issuer) DO UPDATE SET last_number = excluded.last_number, reserved_number = excluded.reserved_number,
                least_this_update = excluded.least_this_update
            """, .text(issuer), .integer(numbers.taken), .integer(numbers.promised), .integer(numbers.leastThisUpdate))
    }

    func insert(_ crl: CRLRecord) throws {
        try db.change(
            "INSERT INTO crl (issuer, number, this_update, next_update, entry_count, sha256) VALUES (?, ?, ?, ?, ?, ?)",
            .text(crl.issuer), .integer(crl.number), .integer(crl.thisUpdate), .integer(crl.nextUpdate), .integer(crl.entryCount),
            .blob(crl.sha256))
    }
}
