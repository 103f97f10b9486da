import Foundation
import GRDB
import Ledger
import LedgerContract
import PKI
import TestKit
import Testing

@testable import SQLiteLedger

/// What keeps commits on the disk, and a second server away from them.
@Suite struct DurabilityTests {
    @Test func `the writer commits with synchronous FULL to a write-ahead log that it does not checkpoint itself`() async throws {
        try await withLedgerFile { ledger, _ in
            let (synchronous, journal, checkpoints, foreignKeys) = try await ledger.committer.perform { group in
                let db = group.db
                return (
                    try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                    try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"), try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
                )
            }
            #expect(synchronous == 2)
            #expect(journal == "wal")
            #expect(checkpoints == 0)
            #expect(foreignKeys == 1)
        }
    }

    @Test func `a second server is refused until the first has closed`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let first = try SQLiteLedger.open(path: path)
        #expect(throws: LedgerError.unavailable("another server has this ledger open, stop it first: it holds \(path).lock")) {
            try SQLiteLedger.open(path: path)
        }
        await first.close()
        let second = try SQLiteLedger.open(path: path)
        await second.close()
    }

    @Test func `everything is there after closing and opening again`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let first = try SQLiteLedger.open(path: path)
        _ = try await first.record(certificate(1))
        _ = try await first.revoke(1, .keyCompromise, suspends: true)
        let (stored, head) = (try await first.certificate(serial(1)), try await first.auditHead())
        await first.close()
        #expect(FileManager.default.fileExists(atPath: path))
        let second = try SQLiteLedger.open(path: path)
        #expect(try await second.certificate(serial(1)) == stored)
        #expect(try await second.auditHead() == head)
        #expect(try await second.counts() == LedgerCounts(certificates: 1, revocations: 1))
        #expect(try await second.verify(expecting: head) == nil)
        await second.close()
    }

    @Test func `what was acknowledged is in a copy of the files as they lie on the disk`() async throws {
        let copy = try TemporaryDirectory()
        try await withLedgerFile { ledger, path in
            for number in 1...20 { _ = try await ledger.record(certificate(number, "n\(number)")) }
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path("ledger.sqlite" + suffix))
            }
        }
        let survivor = try SQLiteLedger.open(path: copy.path("ledger.sqlite"))
        #expect(try await survivor.counts().certificates == 20)
        #expect(try await survivor.verify(expecting: nil) == nil)
        await survivor.close()
    }

    @Test func `a closed ledger refuses, and closes again in peace`() async throws {
        try await withLedgerFile { ledger, _ in
            await ledger.close()
            await #expect(throws: LedgerError.unavailable("the ledger is closed")) { try await ledger.append(event()) }
            await #expect(throws: LedgerError.unavailable("the ledger is closed")) { try await ledger.certificate(serial(1)) }
            await #expect(throws: LedgerError.unavailable("the ledger is closed")) {
                try await ledger.search(CertificateFilter(name: "a"), after: nil, limit: 1, now: start)
            }
            await ledger.close()
        }
    }

    @Test func `all that waits is answered before the ledger closes`() async throws {
        try await withLedgerFile { ledger, path in
            let gate = Gate()
            let answered = Tally()
            ledger.committer.submit({ _ in gate.wait() }, answer: { _ in answered.add() })
            gate.waitUntilReached()
            for _ in 1...600 {
                ledger.committer.submit({ try $0.audit(event()) }, answer: { _ in answered.add() })
            }
            async let closing: Void = ledger.close()
            gate.open()
            await closing
            #expect(answered.count == 601)
            let reader = try SQLiteLedger.openForReading(path: path)
            #expect(try await reader.auditHead().id == 600)
            await reader.close()
        }
    }

    @Test func `the ledger is readable by its owner only`() async throws {
        try await withLedgerFile { ledger, path in
            try await ledger.append(event())
            for suffix in ["", "-wal", "-shm", ".lock"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test func `a ledger opened for reading reads beside the server and writes nothing`() async throws {
        try await withLedgerFile { ledger, path in
            _ = try await ledger.record(certificate(1))
            let reader = try SQLiteLedger.openForReading(path: path)
            #expect(try await reader.counts().certificates == 1)
            _ = try await ledger.record(certificate(2))
            #expect(try await reader.counts().certificates == 2)
            #expect(try await reader.verify(expecting: nil) == nil)
            await #expect(throws: LedgerError.unavailable("the ledger was opened for reading only")) { try await reader.append(event()) }
            await reader.close()
            _ = try await ledger.record(certificate(3))
        }
    }

    @Test func `a search that takes long keeps no look-up waiting`() async throws {
        try await withLedgerFile { ledger, _ in
            _ = try await ledger.record(certificate(1))
            let gate = Gate()
            async let scan: Void = ledger.scan { _ in gate.wait() }
            async let queued = ledger.search(CertificateFilter(), after: nil, limit: 1, now: start)
            #expect(try await ledger.certificate(serial(1)) != nil)
            #expect(try await ledger.token(secretSHA256: key(1)) == nil)
            gate.open()
            try await scan
            #expect(try await queued.count == 1)
        }
    }

    @Test func `what is no ledger, or one of a newer program, is not opened`() async throws {
        let directory = try TemporaryDirectory()
        #expect(throws: LedgerError.self) { try SQLiteLedger.openForReading(path: directory.path("missing.sqlite")) }
        let text = try directory.write(String(repeating: "this is no database ", count: 100), to: "text.sqlite")
        #expect(throws: LedgerError.corrupt("file is not a database")) { try SQLiteLedger.open(path: text) }

        let path = directory.path("newer.sqlite")
        await (try SQLiteLedger.open(path: path)).close()
        try DatabaseQueue(path: path).inDatabase { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from the future')")
        }
        for open in [{ try SQLiteLedger.open(path: path) }, { try SQLiteLedger.openForReading(path: path) }] {
            #expect { try open() } throws: { error in
                if case .corrupt(let text)? = error as? LedgerError { text.contains("newer program") } else { false }
            }
        }
    }

    @Test func `a database that another program holds is unavailable, and then available again`() async throws {
        try await withLedgerFile(busyTimeout: 0.01) { ledger, path in
            let other = try holdingQueue(path: path)
            await #expect(throws: LedgerError.self) { try await ledger.append(event()) }
            #expect(try await ledger.auditHead().id == 0, "reads go on")
            try other.unsafeReentrantWrite { db in try db.rollback() }
            try await ledger.append(event())
            #expect(try await ledger.auditHead().id == 1)
        }
    }

    @Test func `a full disk refuses writes, and they go on when there is room again`() async throws {
        try await withLedgerFile { ledger, _ in
            _ = try await ledger.record(certificate(1))
            let pages = try await ledger.committer.perform { group in
                let pages = try Int.fetchOne(group.db, sql: "PRAGMA page_count") ?? 0
                try group.db.execute(sql: "PRAGMA max_page_count = \(pages)")
                return pages
            }
            var refusals: [LedgerError] = []
            for number in 2...200 {
                let issuance = try issuance(number)
                do throws(LedgerError) {
                    _ = try await ledger.record(issuance, now: start)
                } catch {
                    refusals.append(error)
                }
            }
            #expect(!refusals.isEmpty)
            #expect(refusals.allSatisfy { if case .unavailable = $0 { true } else { false } })
            #expect(try await ledger.certificate(serial(1)) != nil)
            try await ledger.committer.perform { try $0.db.execute(sql: "PRAGMA max_page_count = \(pages + 1000)") }
            _ = try await ledger.record(certificate(201))
            #expect(try await ledger.verify(expecting: nil) == nil)
            #expect(try await ledger.counts().certificates == 201 - refusals.count)
        }
    }
}

/// A certificate on its way in; every number is another device.
private func issuance(_ number: Int) throws -> IssuanceRecord {
    IssuanceRecord(certificate: try certificate(number, "n\(number)"), claim: .token(exclusive: true), audit: event())
}

/// A connection of another program that holds the write lock.
private func holdingQueue(path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { db in try db.beginTransaction(.immediate) }
    return queue
}
