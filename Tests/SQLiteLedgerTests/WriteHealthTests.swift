import Foundation
import GRDB
import Ledger
import LedgerContract
import Synchronization
import TestKit
import Testing

@testable import SQLiteLedger

/// The alarm of a ledger that cannot be written.
@Suite struct WriteHealthTests {
    private let told = Told()
    private let full = LedgerError.unavailable("full")

    private func health() -> WriteHealth { WriteHealth { [told] in told.append($0) } }

    @Test func `a lost group is an alarm until something is written`() {
        let health = health()
        health.failed(full, whole: true)
        health.failed(full, whole: true)
        #expect(health.failure == full && health.standstill == full)
        health.committed()
        #expect(health.failure == nil && health.standstill == nil)
        health.committed()
        #expect(told.reports == [full, nil])
    }

    @Test func `one write that fails among others is an alarm until two probes have seen no other`() {
        let health = health()
        health.failed(full, whole: false)
        health.committed()
        health.probed()
        health.failed(full, whole: false)
        health.probed()
        #expect(health.failure == full && health.standstill == nil)
        health.probed()
        #expect(health.failure == nil)
        #expect(told.reports == [full, nil])
    }

    @Test func `a ledger says that it cannot be written, refuses at once to audit the failure, and says when it is over`() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(path: directory.path("ledger.sqlite"), busyTimeout: 0.01) { [told] in told.append($0) }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: directory.path("ledger.sqlite"), configuration: configuration)
        try holder.unsafeReentrantWrite { db in try db.beginTransaction(.immediate) }
        await #expect(throws: LedgerError.self) { try await ledger.probeWriting() }
        let failure = try #require(ledger.writeFailure)
        var failed = event()
        failed.result = .failed
        await #expect(throws: failure) { try await ledger.append(failed) }
        try holder.unsafeReentrantWrite { db in try db.rollback() }
        // A refusal writes nothing: it does not end the alarm.
        await #expect(throws: LedgerError.tokenUnknown) { try await ledger.revokeToken(id: 99, audit: event()) }
        #expect(ledger.writeFailure == failure)
        try await ledger.probeWriting()
        #expect(ledger.writeFailure == nil)
        #expect(told.reports == [failure, nil])
        await ledger.close()
    }

    @Test func `the log that a killed server left is in the database before anything is appended`() async throws {
        let directory = try TemporaryDirectory()
        let copy = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(path: directory.path("ledger.sqlite"))
        _ = try await ledger.record(certificate(1))
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: directory.path("ledger.sqlite" + suffix), toPath: copy.path("ledger.sqlite" + suffix))
        }
        await ledger.close()
        #expect(try copy.read("ledger.sqlite-wal").count > 0)
        let survivor = try SQLiteLedger.open(path: copy.path("ledger.sqlite"))
        #expect(try copy.read("ledger.sqlite-wal").isEmpty)
        #expect(try await survivor.counts().certificates == 1)
        await survivor.close()
    }
}

/// What a health reported.
private final class Told: Sendable {
    private let log = Mutex<[LedgerError?]>([])
    var reports: [LedgerError?] { log.withLock { $0 } }
    func append(_ failure: LedgerError?) { log.withLock { $0.append(failure) } }
}
