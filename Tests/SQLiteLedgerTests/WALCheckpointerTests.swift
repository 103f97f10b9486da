import Foundation
import GRDB
import LedgerContract
import TestKit
import Testing

@testable import SQLiteLedger

/// Who copies the write-ahead log, and when.
@Suite struct WALCheckpointerTests {
    /// A database with a writer that never checkpoints itself, and a connection for checkpoints.
    private struct Bench {
        let directory: TemporaryDirectory
        let writer: DatabaseQueue
        let beside: DatabaseQueue

        init() throws {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.allowsUnsafeTransactions = true
            configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
            directory = try TemporaryDirectory()
            writer = try DatabaseQueue(path: directory.path("db"), configuration: configuration)
            beside = try DatabaseQueue(path: directory.path("db"), configuration: configuration)
            try writer.writeWithoutTransaction { db in try db.execute(sql: "CREATE TABLE t (x)") }
            try beside.inDatabase { db in _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM t") }
        }

        /// Writes some pages in a transaction of their own.
        func write() throws {
            try writer.writeWithoutTransaction { db in try db.execute(sql: "INSERT INTO t VALUES (randomblob(100000))") }
        }

        /// Tells the checkpointer of commits, and waits until what it started has ended.
        func committed(_ writes: Int, _ checkpointer: WALCheckpointer) {
            commit(writes, checkpointer, on: writer)
            beside.inDatabase { _ in }
        }

        /// Octets of the database without its log.
        var size: Int { get throws { try directory.read("db").count } }
    }

    @Test func `a checkpoint comes with every so many writes, not with each`() throws {
        let bench = try Bench()
        let checkpointer = WALCheckpointer(database: bench.beside, interval: 10)
        try bench.write()
        bench.committed(9, checkpointer)
        #expect(try bench.size < 100_000)
        bench.committed(1, checkpointer)
        #expect(try bench.size > 100_000)
        #expect(checkpointer.failure == nil)
        try bench.write()
        bench.committed(9, checkpointer)
        #expect(try bench.size < 200_000)
    }

    @Test func `the writer helps when a log past its limit could not be copied whole`() throws {
        let bench = try Bench()
        let checkpointer = WALCheckpointer(database: bench.beside, interval: 10, pageLimit: 1)
        let reader = try DatabaseQueue(path: bench.directory.path("db"), configuration: bench.writer.configuration)
        try reader.inDatabase { db in
            try db.beginTransaction(.deferred)
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM t")
        }
        try bench.write()
        bench.committed(10, checkpointer)
        #expect(try bench.size < 100_000, "a reader still looks at the state before")
        try reader.inDatabase { db in try db.rollback() }
        bench.committed(1, checkpointer)
        #expect(try bench.size > 100_000, "by the writer: the interval is not over")
    }

    @Test func `a log that a reader lets grow is told, and emptied once the reader has gone`() throws {
        let bench = try Bench()
        let checkpointer = WALCheckpointer(database: bench.beside, interval: 10, pageLimit: 1, alarmLimit: 100)
        let log = bench.directory.path("db-wal")
        let size = { try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int ?? 0 }
        let reader = try DatabaseQueue(path: bench.directory.path("db"), configuration: bench.writer.configuration)
        try reader.inDatabase { db in
            try db.beginTransaction(.deferred)
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM t")
        }
        for _ in 1...3 { try bench.write() }
        bench.committed(10, checkpointer)
        #expect(checkpointer.overlongLog == nil)
        for _ in 1...5 { try bench.write() }
        bench.committed(10, checkpointer)
        #expect(checkpointer.overlongLog ?? 0 > 100 * 4_096)
        #expect(try size() > 100 * 4_096)
        bench.committed(1, checkpointer)
        #expect(checkpointer.overlongLog != nil, "the reader is still there")
        try reader.inDatabase { db in try db.rollback() }
        bench.committed(1, checkpointer)
        #expect(checkpointer.overlongLog == nil)
        #expect(try size() == 0)
        #expect(checkpointer.failure == nil)
    }

    @Test func `a failed checkpoint is told, tried again after the next commit, and then forgotten`() throws {
        let bench = try Bench()
        let checkpointer = WALCheckpointer(database: bench.beside, interval: 10)
        try bench.beside.inDatabase { db in try db.beginTransaction(.immediate) }
        bench.committed(10, checkpointer)
        #expect(checkpointer.failure != nil)
        try bench.beside.inDatabase { db in try db.rollback() }
        bench.committed(1, checkpointer)
        #expect(checkpointer.failure == nil)
    }

    @Test func `the ledger's own checkpointer knows its database from the start`() async throws {
        try await withLedgerFile { ledger, path in
            for number in 1...20 { _ = try await ledger.record(certificate(number, "n\(number)")) }
            let checkpointer = try LedgerConnections.checkpointer(path: path, busyTimeout: 1, interval: 1)
            let database = try DatabaseQueue(path: path)
            commit(1, checkpointer, on: database)
            try checkpointer.close()
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0 > 50_000)
        }
    }
}

/// Synchronous, so that GRDB's synchronous functions are meant.
private func commit(_ writes: Int, _ checkpointer: WALCheckpointer, on database: DatabaseQueue) {
    database.writeWithoutTransaction { db in checkpointer.committed(writes, on: db) }
}
