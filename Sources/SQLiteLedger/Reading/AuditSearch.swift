import GRDB
import Ledger

/// A search among the audit rows, newest first.
struct AuditSearch {
    let db: Database
    let filter: AuditFilter
    /// Largest number of rows that a page looks at, so that its cost does not grow with the log.
    var window: Int64 = 20_000

    /// At most `limit` rows with ids below `before`.
    func page(before: Int64?, limit: Int) throws -> LedgerPage<AuditRow, Int64> {
        let limit = max(0, limit)
        // Ids have no gaps. Without a condition every row matches, and the limit alone bounds the page.
        let page = PageWindow(
            before: before, newest: try SQLiteRows(db).auditHead().id, width: filter == AuditFilter() ? nil : window)
        var conditions = conditions()
        conditions.add("id < ?", .integer(page.end))
        conditions.add("id > ?", .integer(page.start))
        conditions.bind(.integer(limit))
        let sql = "SELECT \(AuditRow.columns) FROM security_audit \(conditions.clause) ORDER BY id DESC LIMIT ?"
        let rows = try db.all(sql, conditions.values, isKept: false, AuditRow.init(columns:))
        return LedgerPage(rows, next: rows.count == limit ? rows.last?.id : page.start > 0 ? page.start + 1 : nil)
    }

    private func conditions() -> Conditions {
        var conditions = Conditions()
        if let action = filter.action { conditions.add("action = ?", .text(action.rawValue)) }
        if let result = filter.result { conditions.add("result = ?", .text(result.rawValue)) }
        if let profiles = filter.profiles { conditions.add("json_extract(details, '$.profile')", among: profiles) }
        if let principal = filter.principal { conditions.add("instr(principal, ?)", .text(principal)) }
        if let resource = filter.resource { conditions.add("instr(resource, ?)", .text(resource)) }
        if let since = filter.since { conditions.add("timestamp >= ?", .integer(since)) }
        if let until = filter.until { conditions.add("timestamp < ?", .integer(until)) }
        return conditions
    }
}
