import GRDB
import Ledger

/// The tables `crl_state`, which deals out CRL numbers, and `crl`, which notes what was published.
///
/// Numbers never go back (RFC 5280 §5.2.3). They follow the clock, so that a ledger restored from a backup is unlikely to repeat one.
struct CRLTable {
    let db: Database

    /// The number of the next CRL, promised to a revocation and kept until that CRL is built.
    func promiseNumber(issuer: String, date: Int64) throws -> Int64 {
        try number(
            """
            INSERT INTO crl_state (issuer, last_number, reserved_number) VALUES (?1, 0, max(1, ?2))
            ON CONFLICT (issuer) DO UPDATE SET reserved_number = coalesce(reserved_number, max(last_number + 1, ?2))
            RETURNING reserved_number
            """, .text(issuer), .integer(date))
    }

    /// Takes the promised number, or a new one, for a CRL that is about to be built.
    func takeNumber(issuer: String, now: Int64) throws -> Int64 {
        try number(
            """
            INSERT INTO crl_state (issuer, last_number, reserved_number) VALUES (?1, max(1, ?2), NULL)
            ON CONFLICT (issuer) DO UPDATE
                SET last_number = max(coalesce(reserved_number, ?2), last_number + 1), reserved_number = NULL
            RETURNING last_number
            """, .text(issuer), .integer(now))
    }

    /// The last CRL number of an issuer, and the thisUpdate that later CRLs exceed.
    func state(issuer: String) throws -> PublicationState {
        let sql = "SELECT max(last_number, coalesce(reserved_number, 0)), least_this_update FROM crl_state WHERE issuer = ?"
        let state = try db.first(sql, [.text(issuer)]) { columns in
            PublicationState(lastNumber: try columns.next(), leastThisUpdate: try columns.next())
        }
        return state ?? PublicationState(lastNumber: 0, leastThisUpdate: 0)
    }

    /// Puts later numbers and times above what was seen outside, and as many numbers above as seconds have passed; answers the last number.
    func advance(issuer: String, to number: Int64, thisUpdate: Int64, elapsed: Int64) throws -> Int64 {
        try self.number(
            """
            INSERT INTO crl_state (issuer, last_number, least_this_update) VALUES (?1, ?2 + ?4, ?3)
            ON CONFLICT (issuer) DO UPDATE SET last_number = max(last_number, coalesce(reserved_number, 0), ?2) + ?4,
                reserved_number = NULL, least_this_update = max(least_this_update, ?3)
            RETURNING last_number
            """, .text(issuer), .integer(number), .integer(thisUpdate), .integer(elapsed))
    }

    /// True when the newest revocation was promised a number above the last published one: also after a build that failed.
    func hasPending(issuer: String) throws -> Bool {
        let sql = """
            SELECT crl_number > coalesce((SELECT max(number) FROM crl WHERE issuer = ?1), 0)
            FROM revocation WHERE issuer = ?1 ORDER BY sequence DESC LIMIT 1
            """
        return try db.value(sql, .text(issuer)) == 1
    }

    /// Notes a published CRL, which must have a higher number than those before; later numbers are above it, wherever it came from.
    func record(_ crl: CRLRecord) throws {
        if let last = try last(issuer: crl.issuer), last.number >= crl.number {
            throw LedgerError.corrupt("CRL \(crl.number) of \(crl.issuer) must not follow CRL \(last.number)")
        }
        try db.change(
            "INSERT INTO crl (issuer, number, this_update, next_update, entry_count, sha256) VALUES (?, ?, ?, ?, ?, ?)",
            .text(crl.issuer), .integer(crl.number), .integer(crl.thisUpdate), .integer(crl.nextUpdate), .integer(crl.entryCount),
            .blob(crl.sha256))
        try db.change(
            """
            INSERT INTO crl_state (issuer, last_number) VALUES (?, ?)
            ON CONFLICT (issuer) DO UPDATE SET last_number = max(last_number, excluded.last_number)
            """, .text(crl.issuer), .integer(crl.number))
    }

    /// The newest published CRL.
    func last(issuer: String) throws -> CRLRecord? {
        try db.first(Self.selection + " WHERE issuer = ? ORDER BY number DESC LIMIT 1", [.text(issuer)], Self.record)
    }

    /// The CRL that was published with this number.
    func find(issuer: String, number: Int64) throws -> CRLRecord? {
        try db.first(Self.selection + " WHERE issuer = ? AND number = ?", [.text(issuer), .integer(number)], Self.record)
    }

    private static let selection = "SELECT issuer, number, this_update, next_update, entry_count, sha256 FROM crl"

    private static func record(_ columns: inout ColumnReader) throws -> CRLRecord {
        CRLRecord(
            issuer: try columns.next(), number: try columns.next(), thisUpdate: try columns.next(), nextUpdate: try columns.next(),
            entryCount: try columns.next(), sha256: try columns.next())
    }

    private func number(_ sql: String, _ values: ColumnValue...) throws -> Int64 {
        guard let number = try db.first(sql, values, { columns in try columns.next(Int64.self) }) else {
            throw LedgerError.corrupt("the CRL numbers cannot be read")
        }
        return number
    }
}
