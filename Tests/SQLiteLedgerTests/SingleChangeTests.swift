import GRDB
import Ledger
import PKI
import Testing

@testable import SQLiteLedger

/// Each column of each table, changed by itself.
@Suite struct SingleChangeTests {
    /// Changes that cannot be told from what a server may have done, or mean nothing.
    private static let harmless = [
        // A build that was cut off takes a number, too: `ca-server verify` compares it with the lists.
        "crl_state.last_number: one more",
        // They are read in their order alone.
        "recovery.id: one more", "recovery.id: one less", "recovery.id: zero", "recovery.id: the largest number",
        "recovery.id: the smallest number",
        // How far a receiver has come beyond the others is told by nobody.
        "outbox_receiver.delivered: one more", "outbox_receiver.delivered: one less",
    ]

    private static let values: [(name: String, sql: @Sendable (String) -> String)] = [
        ("one more", { "\($0) + 1" }), ("one less", { "\($0) - 1" }), ("nothing", { _ in "NULL" }), ("zero", { _ in "0" }),
        ("the largest number", { _ in "9223372036854775807" }), ("the smallest number", { _ in "-9223372036854775808" }),
        ("more text", { "\($0) || 'x'" }), ("no text", { _ in "''" }), ("other octets", { _ in "x'0102030405060708'" }),
    ]

    @Test func `of a value is found in every column, and no value stops verify`() async throws {
        try await withLedgerFile { ledger, path in
            try await ReplayTests().fill(ledger)
            let unseen = try changes(path)
            #expect(unseen.isEmpty, "\(unseen.sorted().joined(separator: "\n"))")
        }
    }

    @Test func `is found when a row is gone`() async throws {
        try await withLedgerFile { ledger, path in
            try await ReplayTests().fill(ledger)
            let unseen = try inEachRow(path) { db, table, _, row in
                try isUnseen("DELETE FROM \(table) WHERE \(row)", in: db) ? [table] : []
            }
            #expect(unseen.isEmpty, "\(unseen.sorted().joined(separator: "\n"))")
        }
    }

    private func changes(_ path: String) throws -> Set<String> {
        try inEachRow(path) { db, table, columns, row in
            try columns.flatMap { column in
                try Self.values.compactMap { name, value in
                    guard !Self.harmless.contains("\(table).\(column): \(name)") else { return nil }
                    let sql = "UPDATE \(table) SET \(column) = \(value(column)) WHERE \(row) AND \(column) IS NOT \(value(column))"
                    return try isUnseen(sql, in: db) ? "\(table).\(column): \(name), \(row)" : nil
                }
            }
        }
    }

    /// Runs the body for the first rows of each table; nothing that it changes stays.
    private func inEachRow(
        _ path: String, _ body: (Database, _ table: String, _ columns: [String], _ row: String) throws -> [String]
    ) throws -> Set<String> {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        return try DatabaseQueue(path: path, configuration: configuration).inDatabase { db in
            var found: Set<String> = []
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") {
                let columns = try db.columns(in: table).map(\.name)
                let key = table == "sqlite_sequence" ? ["name"] : try db.primaryKey(table).columns
                let list = key.joined(separator: ", ")
                let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
                // The log's rows are all alike.
                for number in table == "security_audit" ? [0, count - 1] : Array(0..<count) {
                    let row = "(\(list)) = (SELECT \(list) FROM \(table) ORDER BY \(list) LIMIT 1 OFFSET \(number))"
                    found.formUnion(try body(db, table, columns, row))
                }
            }
            return found
        }
    }

    /// Whether SQLite lets the change be made, it changes something, and `verify` finds nothing.
    private func isUnseen(_ sql: String, in db: Database) throws -> Bool {
        var isUnseen = false
        try db.inSavepoint {
            do { try db.execute(sql: sql) } catch { return .rollback }
            guard db.changesCount > 0 else { return .rollback }
            do { isUnseen = try SQLiteLedger.firstFault(in: db, expecting: nil, now: nil) == nil } catch {}
            return .rollback
        }
        return isUnseen
    }
}
