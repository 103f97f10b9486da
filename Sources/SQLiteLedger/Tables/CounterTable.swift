import GRDB
import Ledger

/// The table `counter`: how many rows the large tables have, without scanning them.
struct CounterTable {
    /// The tables that are counted.
    enum Name: String, CaseIterable {
        case certificates, revocations
        case auditRows = "audit_rows"
    }

    let db: Database

    /// Counts more rows.
    func add(_ count: Int, to name: Name) throws {
        try db.change("UPDATE counter SET value = value + ? WHERE name = ?", .integer(count), .text(name.rawValue))
    }

    /// Writes the counters as they are: a page goes to the disk, and nothing changes.
    func rewrite() throws { try db.change("UPDATE counter SET value = value") }

    /// In one statement, so that both are of one moment.
    func counts() throws -> LedgerCounts {
        let sql = "SELECT sum(value) FILTER (WHERE name = ?), sum(value) FILTER (WHERE name = ?) FROM counter"
        let names = [Name.certificates, .revocations].map { ColumnValue.text($0.rawValue) }
        let counts = try db.first(sql, names) { columns in
            LedgerCounts(certificates: try columns.next(), revocations: try columns.next())
        }
        guard let counts else { throw LedgerError.corrupt("the counters are missing") }
        return counts
    }

    /// One counter.
    func value(_ name: Name) throws -> Int {
        try db.value("SELECT value FROM counter WHERE name = ?", .text(name.rawValue)) ?? 0
    }
}
