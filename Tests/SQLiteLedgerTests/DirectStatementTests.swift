import Foundation
import GRDB
import Testing

@testable import SQLiteLedger

/// What is bound by SQLite's own functions is what GRDB reads.
@Suite struct DirectStatementTests {
    private func stored(_ value: ColumnValue, type: String) throws -> (DatabaseValue, type: String) {
        try DatabaseQueue().inDatabase { db in
            try db.execute(sql: "CREATE TABLE t (value \(type)) STRICT")
            try db.change("INSERT INTO t (value) VALUES (?)", value)
            let row = try #require(try Row.fetchOne(db, sql: "SELECT value, typeof(value) AS type FROM t"))
            return (row["value"], row["type"])
        }
    }

    @Test(arguments: [0, 1, -1, .max, .min] as [Int64]) func `integers`(_ value: Int64) throws {
        #expect(try stored(.integer(value), type: "INTEGER") == (value.databaseValue, "integer"))
    }

    @Test(arguments: ["", "a", "Größe 传感器 🔐", String(repeating: "x", count: 70_000)]) func `texts`(_ value: String) throws {
        #expect(try stored(.text(value), type: "TEXT") == (value.databaseValue, "text"))
        #expect(try stored(.text(value + value.dropFirst()), type: "TEXT") == ((value + value.dropFirst()).databaseValue, "text"))
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0xA5, count: 70_000)] as [[UInt8]]) func `octets, and none`(_ value: [UInt8]) throws {
        let (column, type) = try stored(.blob(value), type: "BLOB")
        #expect(type == "blob")
        #expect([UInt8](Data.fromDatabaseValue(column) ?? Data([1])) == value)
    }

    @Test func `nothing is NULL`() throws {
        #expect(try stored(.integer(nil), type: "INTEGER") == (.null, "null"))
        #expect(try stored(.text(nil), type: "TEXT") == (.null, "null"))
    }

    @Test func `a failure names what SQLite refused, and the statement is good again afterwards`() throws {
        try DatabaseQueue().inDatabase { db in
            try db.execute(sql: "CREATE TABLE t (value INTEGER UNIQUE) STRICT")
            let insertion = "INSERT INTO t (value) VALUES (?)"
            try db.change(insertion, .integer(1))
            #expect {
                try db.change(insertion, .integer(1))
            } throws: { error in
                let error = error as? DatabaseError
                return error?.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE && error?.message?.contains("t.value") == true
            }
            try db.change(insertion, .integer(2))
            #expect(try db.hasRow("SELECT 1 FROM t WHERE value = ?", .integer(2)))
            #expect(try !db.hasRow("SELECT 1 FROM t WHERE value = ?", .integer(3)))
        }
    }

    @Test(arguments: [[], [.integer(5), .integer(6)]] as [[ColumnValue]])
    func `too few values and too many are refused, instead of those of the last time`(_ values: [ColumnValue]) throws {
        try DatabaseQueue().inDatabase { db in
            try db.execute(sql: "CREATE TABLE t (value INTEGER) STRICT")
            let insertion = "INSERT INTO t (value) VALUES (?)"
            try db.change(insertion, .integer(4))
            #expect {
                try db.change(insertion, values)
            } throws: { error in
                (error as? DatabaseError)?.resultCode == .SQLITE_MISUSE
            }
            #expect(try Int.fetchAll(db, sql: "SELECT value FROM t") == [4])
        }
    }
}
