import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord? {
        let known = tokens.find(secretSHA256)
        if let token = known.token { return token }
        let token = try read { try $0.token(secretSHA256: secretSHA256) }
        if let token { tokens.keep(token, at: known.age) }
        return token
    }

    package func serialNumbers(
        profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int
    ) async throws(LedgerError) -> [SerialNumber] {
        try await scan { try SQLiteRows($0).serialNumbers(profiles: profiles, revokedOnly: revokedOnly, after: after, limit: limit) }
    }

    package func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: UnixTime
    ) async throws(LedgerError) -> LedgerPage<CertificateRecord, SerialNumber> {
        try await scan { db in try CertificateSearch(db: db, filter: filter, now: now).page(after: after, limit: limit) }
    }

    package func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> LedgerPage<AuditRow, Int64> {
        try await scan { db in try AuditSearch(db: db, filter: filter).page(before: before, limit: limit) }
    }

    package func openForks(now: UnixTime) async throws(LedgerError) -> [IdentityName] {
        try await scan { db in try SQLiteRows(db).openForks(at: now) }
    }

    package func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber? {
        try await scan { db in try SQLiteRows(db).firstUnrevoked(among: serialNumbers) }
    }
}

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
