import Foundation
import GRDB
import Ledger
import Testing

@testable import SQLiteLedger

/// What GRDB wrote is what is read by SQLite's own functions.
@Suite struct ColumnReaderTests {
    private func read<Value>(_ value: (any DatabaseValueConvertible)?, _ body: (inout ColumnReader) throws -> Value) throws -> Value? {
        try DatabaseQueue().inDatabase { db in
            try db.execute(sql: "CREATE TABLE t (value ANY, after INTEGER) STRICT")
            try db.execute(sql: "INSERT INTO t VALUES (?, 7)", arguments: [value])
            return try db.first("SELECT value, after FROM t", []) { columns in
                let value = try body(&columns)
                let after = try columns.next(Int.self)
                #expect(after == 7, "the next column follows")
                return value
            }
        }
    }

    @Test(arguments: [0, 1, -1, .max, .min] as [Int64]) func `integers`(_ value: Int64) throws {
        let long = try read(value) { columns in try columns.next(Int64.self) }
        let native = try read(value) { columns in try columns.next(Int.self) }
        #expect(long == value)
        #expect(native == Int(value))
    }

    @Test(arguments: ["", "a", "Größe 传感器 🔐", "before\u{0}after", String(repeating: "x", count: 70_000)])
    func `texts`(_ value: String) throws {
        // GRDB would end a text at its first NUL; a blob that is cast does not.
        let text = try DatabaseQueue().inDatabase { db in
            try db.first("SELECT CAST(? AS TEXT)", [.blob(Array(value.utf8))]) { columns in try columns.next(String.self) }
        }
        #expect(text == value)
    }

    @Test func `what is no UTF-8 is repaired`() throws {
        let text = try DatabaseQueue().inDatabase { db in
            try db.value("SELECT CAST(x'61FF62' AS TEXT)", as: String.self)
        }
        #expect(text == "a\u{FFFD}b")
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0xA5, count: 70_000)] as [[UInt8]]) func `octets, and none`(_ value: [UInt8]) throws {
        let octets = try read(Data(value)) { columns in try columns.next([UInt8].self) }
        #expect(octets == value)
    }

    @Test func `NULL is nothing where that may be, and else damage`() throws {
        let integer = try read(nil) { columns in try columns.nextOptional(Int64.self) }
        let octets = try read(nil) { columns in try columns.nextOptional([UInt8].self) }
        #expect(integer == .some(nil))
        #expect(octets == .some(nil))
        #expect(throws: LedgerError.self) { try read(nil) { columns in try columns.next(String.self) } }
    }

    @Test func `a value of another type is damage, also where there may be none`() throws {
        #expect(throws: LedgerError.self) { try read("1") { columns in try columns.next(Int64.self) } }
        #expect(throws: LedgerError.self) { try read(1) { columns in try columns.next(String.self) } }
        #expect(throws: LedgerError.self) { try read("text") { columns in try columns.nextOptional([UInt8].self) } }
        #expect(throws: LedgerError.self) { try read(Data([1])) { columns in try columns.nextOptional(String.self) } }
    }
}

/// Queries through the connection's own statements.
@Suite struct StatementTests {
    private func numbers(_ body: (Database) throws -> Void) throws {
        try DatabaseQueue().inDatabase { db in
            try db.execute(sql: "CREATE TABLE t (value INTEGER) STRICT; INSERT INTO t VALUES (3), (1), (2)")
            try body(db)
        }
    }

    @Test func `all rows come in the query's order, the first alone, and none as nothing`() throws {
        try numbers { db in
            let sql = "SELECT value FROM t WHERE value > ? ORDER BY value"
            let all = try db.all(sql, [.integer(0)]) { columns in try columns.next(Int.self) }
            let none = try db.all(sql, [.integer(9)]) { columns in try columns.next(Int.self) }
            #expect(all == [1, 2, 3])
            #expect(none == [])
            #expect(try db.value(sql, .integer(1)) == 2)
            #expect(try db.value(sql, .integer(9), as: Int.self) == nil)
            #expect(try db.value("SELECT max(value) FROM t WHERE value > 9", as: Int.self) == nil)
        }
    }

    @Test func `a query that was left in its middle begins again at its first row`() throws {
        struct Enough: Error {}
        try numbers { db in
            let sql = "SELECT value FROM t ORDER BY value"
            #expect(throws: Enough.self) { try db.forEach(sql, []) { _ in throw Enough() } }
            let rows = try db.all(sql, []) { columns in try columns.next(Int.self) }
            #expect(rows == [1, 2, 3])
        }
    }

    @Test func `a statement that is being read is not given to another`() throws {
        struct Given: Error {}
        try numbers { db in
            let sql = "SELECT value FROM t"
            #expect {
                try db.forEach(sql, []) { _ in
                    _ = try db.value(sql, as: Int.self)
                    throw Given()
                }
            } throws: { error in
                (error as? DatabaseError)?.resultCode == .SQLITE_MISUSE
            }
        }
    }

    @Test func `a text is bound whole, also behind a NUL`() throws {
        let length = try DatabaseQueue().inDatabase { db in
            try db.value("SELECT length(CAST(? AS BLOB))", .text("before\u{0}after"), as: Int.self)
        }
        #expect(length == 12)
    }

    @Test func `a statement that is put together is not kept`() throws {
        try numbers { db in
            let sql = "SELECT value FROM t"
            let unkept = try DirectStatement(db, sql, isKept: false)
            _ = try unkept.step()
            // One that was kept would be the same statement, and have two rows left.
            let rows = try db.all(sql, []) { columns in try columns.next(Int.self) }
            #expect(rows.count == 3)
            #expect(try unkept.step())
        }
    }
}
