import GRDB
import Ledger

/// The table `counter`: how many rows the large tables have, without scanning them.
extension SQLiteRows {
    /// In one statement, so that both are of one moment.
    func counts() throws -> LedgerCounts {
        let sql = "SELECT sum(value) FILTER (WHERE name = ?), sum(value) FILTER (WHERE name = ?) FROM counter"
        let names = [LedgerCounter.certificates, .revocations].map { ColumnValue.text($0.rawValue) }
        let counts = try db.first(sql, names) { columns in
            LedgerCounts(certificates: try columns.next(), revocations: try columns.next())
        }
        guard let counts else { throw LedgerError.corrupt("the counters are missing") }
        return counts
    }

    /// One counter.
    func value(of counter: LedgerCounter) throws -> Int {
        try db.value("SELECT value FROM counter WHERE name = ?", .text(counter.rawValue)) ?? 0
    }
}

extension WriteGroup {
    func add(_ rows: Int, to counter: LedgerCounter) throws {
        try db.change("UPDATE counter SET value = value + ? WHERE name = ?", .integer(rows), .text(counter.rawValue))
    }

    /// Writes the counters as they are: a page goes to the disk, and nothing changes.
    func rewriteCounters() throws { try db.change("UPDATE counter SET value = value") }
}
