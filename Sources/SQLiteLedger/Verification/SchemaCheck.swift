import GRDB
import Ledger

/// Compares the schema of a ledger with the one that this program's migrations make: a trigger, a view or another column changes what every
/// statement does, and no row tells of it.
struct SchemaCheck {
    let db: Database

    /// A table, index, view or trigger as SQLite's schema table has it.
    private struct Object: Equatable {
        let table: String
        let sql: String
    }

    /// The first object that should not be there, is missing, or is another one; nil when the schema is this program's own.
    func fault() throws -> LedgerFault? {
        // Numbers that SQLite keeps for programs, of which this one sets none.
        for number in ["user_version", "application_id"] {
            guard try db.value("PRAGMA \(number)", as: Int64.self) == 0 else { return .schemaForeign(number, .changed) }
        }
        let found = try Self.objects(of: db)
        let expected = try Self.expected(by: try lastMigration())
        for (name, object) in found.sorted(by: { $0.key < $1.key }) where expected[name] != object {
            return .schemaForeign(name, expected[name] == nil ? .foreign : .changed)
        }
        return expected.keys.sorted().first { found[$0] == nil }.map { .schemaForeign($0, .missing) }
    }

    /// The migrations run in their order: the newest one says how far the ledger has come. nil before the first.
    private func lastMigration() throws -> String? {
        let applied = try Schema.migrator.completedMigrations(db)
        return applied.last
    }

    private static func expected(by migration: String?) throws -> [String: Object] {
        guard let migration else { return [:] }
        let fresh = try DatabaseQueue()
        try Schema.migrator.migrate(fresh, upTo: migration)
        return try fresh.inDatabase { try objects(of: $0) }
    }

    /// By kind and name. Blanks and quotation marks do not count: renaming a table writes them differently from one release of SQLite to the next.
    private static func objects(of db: Database) throws -> [String: Object] {
        var objects: [String: Object] = [:]
        try db.forEach("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema", [], isKept: false) { columns in
            let (type, name) = (try columns.next(String.self), try columns.next(String.self))
            let table = try columns.next(String.self)
            let sql = try columns.next(String.self)
            objects["\(type) \(name)"] = Object(table: table, sql: sql.filter { !$0.isWhitespace && $0 != "\"" })
        }
        return objects
    }
}
