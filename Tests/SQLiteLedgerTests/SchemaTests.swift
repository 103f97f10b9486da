import GRDB
import Ledger
import LedgerContract
import TestKit
import Testing

@testable import SQLiteLedger

/// A ledger whose schema somebody changed is neither opened nor found good.
@Suite struct `The schema` {
    /// A change by hand, and what of the schema is named.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let name: String
        let flaw: SchemaFlaw
    }

    static let changes = [
        Change(
            testDescription: "a trigger",
            sql: "CREATE TRIGGER t AFTER INSERT ON compromised_key BEGIN DELETE FROM compromised_key; END", name: "trigger t",
            flaw: .foreign),
        Change(testDescription: "a view", sql: "CREATE VIEW v AS SELECT 1", name: "view v", flaw: .foreign),
        Change(testDescription: "a table", sql: "CREATE TABLE x (y)", name: "table x", flaw: .foreign),
        Change(testDescription: "statistics", sql: "ANALYZE", name: "table sqlite_stat1", flaw: .foreign),
        Change(
            testDescription: "an index that cannot be made", sql: "CREATE INDEX i ON token (display_name)", name: "index i", flaw: .foreign),
        Change(testDescription: "a missing index", sql: "DROP INDEX token_of_parent", name: "index token_of_parent", flaw: .missing),
        Change(testDescription: "a missing table", sql: "DROP TABLE adoption", name: "table adoption", flaw: .missing),
        Change(
            testDescription: "a column more", sql: "ALTER TABLE identity ADD COLUMN x INTEGER", name: "table identity", flaw: .changed),
        Change(
            testDescription: "a weaker condition",
            sql: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (uses_left >= 0)', '') WHERE name = 'token'
                """, name: "table token", flaw: .changed),
    ]

    @Test(arguments: changes) func `that somebody changed is named by verify, and not opened`(_ change: Change) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let ledger = try SQLiteLedger.open(path: path)
        _ = try await ledger.record(certificate(1))
        #expect(try await ledger.verify(expecting: nil) == nil)
        await ledger.close()
        try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: change.sql) }
        let fault = LedgerFault.schemaForeign(change.name, change.flaw)
        let reader = try SQLiteLedger.openForReading(path: path)
        #expect(try await reader.verify(expecting: nil) == fault)
        await reader.close()
        #expect(throws: LedgerError.corrupt(fault.summary)) { try SQLiteLedger.open(path: path) }
    }

    @Test func `of an older program is compared with what that program made, before it is brought up to date`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: "0001 first light")
        try await queue.write { db in try db.execute(sql: "CREATE VIEW v AS SELECT 1") }
        try queue.close()
        #expect(throws: LedgerError.self) { try SQLiteLedger.open(path: path) }
        try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: "DROP VIEW v") }
        await (try SQLiteLedger.open(path: path)).close()
    }

    @Test func `is distrusted on every connection`() async throws {
        try await withLedgerFile { ledger, _ in
            let settings = try await ledger.scan { db in
                [
                    try Int.fetchOne(db, sql: "PRAGMA trusted_schema"), try Int.fetchOne(db, sql: "PRAGMA cell_size_check"),
                ]
            }
            #expect(settings == [0, 1])
            let refused = try await ledger.committer.perform { group in
                do {
                    try group.db.execute(sql: "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '' WHERE name = 'token'")
                    return false
                } catch { return true }
            }
            #expect(refused, "defensive")
        }
    }
}
