import GRDB

/// The table `counter`: how many rows the large tables have, without scanning them.
struct CounterTable {
    /// What is counted.
    enum Name: String, CaseIterable {
        case certificates, revocations
        case auditRows = "audit_rows"
    }

    let db: Database

    func increment(_ name: Name) throws {
        try db.cachedStatement(sql: "UPDATE counter SET value = value + 1 WHERE name = ?").execute(arguments: [name.rawValue])
    }

    func value(_ name: Name) throws -> Int {
        let statement = try db.cachedStatement(sql: "SELECT value FROM counter WHERE name = ?")
        return try Int.fetchOne(statement, arguments: [name.rawValue]) ?? 0
    }
}
