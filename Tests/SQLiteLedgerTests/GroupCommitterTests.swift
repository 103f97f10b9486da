import GRDB
import LedgerContract
import PKI
import Testing

@testable import Ledger
@testable import SQLiteLedger

/// Neighbours in one transaction.
@Suite struct GroupCommitterTests {
    /// Queues writes behind a closed gate, so that they form one group; gives back their answers in order.
    private func group<Value: Sendable>(
        _ ledger: SQLiteLedger, _ works: [@Sendable (WriteGroup) throws -> Value]
    ) async -> [Result<Value, LedgerError>] {
        let gate = Gate()
        ledger.committer.submit({ _ in gate.wait() }, answer: { _ in })
        gate.waitUntilReached()
        let (stream, queued) = AsyncStream.makeStream(of: (Int, Result<Value, LedgerError>).self)
        for (index, work) in works.enumerated() { ledger.committer.submit(work) { queued.yield((index, $0)) } }
        gate.open()
        var answers: [(Int, Result<Value, LedgerError>)] = []
        for await answer in stream {
            answers.append(answer)
            if answers.count == works.count { queued.finish() }
        }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func issue(_ number: Int) -> @Sendable (WriteGroup) throws -> IssuanceOutcome {
        { group in
            let issuance = IssuanceRecord(
                certificate: try certificate(number, "n\(number)"), claim: .token(exclusive: true), audit: event())
            return try group.record(issuance, now: start)
        }
    }

    /// A second program makes SQLite refuse one row.
    private func refuse(_ condition: String, on table: String, path: String) throws {
        try DatabaseQueue(path: path).inDatabase { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON \(table) WHEN \(condition)
                    BEGIN SELECT RAISE(ABORT, 'refused by the test'); END
                    """)
        }
    }

    @Test(arguments: [
        ("certificate", "NEW.common_name = 'n3'"), ("security_audit", "NEW.details LIKE '%\(hexadecimalSerial3)%'"),
        ("identity", "NEW.name = 'n3'"),
    ])
    func `one write that fails leaves its neighbours alone and nothing of its own`(_ table: String, _ condition: String) async throws {
        try await withLedgerFile { ledger, path in
            try refuse(condition, on: table, path: path)
            let answers = await group(ledger, (1...5).map { issue($0) })
            for (index, answer) in answers.enumerated() {
                if index == 2 {
                    #expect(throws: LedgerError.unavailable("refused by the test")) { try answer.get() }
                } else {
                    #expect(try answer.get().recorded?.serialNumber == serial(index + 1))
                }
            }
            #expect(try await ledger.certificate(serial(3)) == nil)
            #expect(try await ledger.identity(device("n3")) == nil)
            #expect(try await ledger.counts().certificates == 4)
            #expect(try await ledger.auditHead().id == 4)
            try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: "DROP TRIGGER refuse") }
            #expect(try await ledger.verify(expecting: nil) == nil)
        }
    }

    /// How a write may fail, and how often its neighbours are written then.
    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let runs: Int
        let error: LedgerError
        let work: @Sendable (WriteGroup) throws -> Void
    }

    static let failures = [
        Failure(testDescription: "before it has changed anything", runs: 1, error: .ticketSpent) { _ in throw LedgerError.ticketSpent },
        Failure(testDescription: "after it has changed something", runs: 2, error: .ticketSpent) { group in
            try group.audit(event())
            group.trail.count(1, .certificates)
            throw LedgerError.ticketSpent
        },
        // SQLite counts nothing here, and would count nothing for half a row in a damaged file either.
        Failure(testDescription: "in SQLite", runs: 2, error: .unavailable("no such table: nowhere")) { group in
            try group.db.change("INSERT INTO nowhere VALUES (1)")
        },
    ]

    @Test(arguments: failures) func `neighbours of a write that fails are written again when it may have left something`(
        _ failure: Failure
    ) async throws {
        try await withLedgerFile { ledger, _ in
            let runs = Tally()
            let works: [@Sendable (WriteGroup) throws -> Void] = [
                { group in
                    runs.add()
                    try group.audit(event())
                },
                failure.work,
                { group in try group.audit(event()) },
            ]
            let answers = await group(ledger, works)
            #expect(throws: failure.error) { try answers[1].get() }
            for index in [0, 2] { try answers[index].get() }
            #expect(runs.count == failure.runs)
            #expect(try await ledger.auditHead().id == 2)
            #expect(try await ledger.verify(expecting: nil) == nil)
        }
    }

    @Test func `nobody is answered before the group is committed`() async throws {
        try await withLedgerFile { ledger, path in
            let seen = try await ledger.committer.perform { try Int.fetchOne($0.db, sql: "SELECT count(*) FROM security_audit") }
            #expect(seen == 0)
            let answers = await group(
                ledger,
                (1...3).map { _ in
                    { group in
                        try group.audit(event())
                        // Another connection sees only what is committed.
                        return try committedRows(path: path)
                    }
                })
            #expect(try answers.map { try $0.get() } == [0, 0, 0], "the three shared one transaction")
            #expect(try committedRows(path: path) == 3)
        }
    }

    @Test func `when the commit fails nobody of the group is told that it worked`() async throws {
        try await withLedgerFile { ledger, _ in
            let works: [@Sendable (WriteGroup) throws -> Void] = [
                { try $0.audit(event()) },
                { group in
                    // A reference that is checked at the commit only.
                    try group.db.execute(sql: "PRAGMA defer_foreign_keys = ON")
                    try group.db.execute(sql: "INSERT INTO ticket_use VALUES (99, x'00', 99, 99)")
                },
                { _ in throw LedgerError.ticketSpent },
            ]
            for answer in await group(ledger, works) {
                #expect { try answer.get() } throws: { error in
                    if case .unavailable? = error as? LedgerError { true } else { false }
                }
            }
            #expect(try await ledger.auditHead().id == 0)
            try await ledger.append(event())
            #expect(try await ledger.auditHead().id == 1)
        }
    }

    @Test func `a write that loses the transaction takes the group with it, and the next group works`() async throws {
        try await withLedgerFile { ledger, _ in
            let works: [@Sendable (WriteGroup) throws -> Void] = [
                { try $0.audit(event()) },
                { try $0.db.execute(sql: "ROLLBACK") },
                { try $0.audit(event()) },
            ]
            for answer in await group(ledger, works) { #expect(throws: LedgerError.self) { try answer.get() } }
            #expect(try await ledger.auditHead().id == 0)
            _ = try await ledger.record(certificate(1))
            #expect(try await ledger.auditHead().id == 1)
        }
    }

    @Test func `more writes than fit in one group are all written, in order`() async throws {
        let ledger = try SQLiteLedger.inMemory()
        let count = 2 * GroupCommitter.groupLimit + 7
        let answers = await group(
            ledger,
            (1...count).map { number in
                { group in
                    try group.audit(event(resource: String(number)))
                    return try group.auditHead().id
                }
            })
        #expect(try answers.map { try $0.get() } == (1...Int64(count)).map { $0 })
        await ledger.close()
    }

    @Test func `a queue that is full turns writes away`() async throws {
        let ledger = try SQLiteLedger.inMemory()
        let gate = Gate()
        let tally = Tally()
        ledger.committer.submit({ _ in gate.wait() }, answer: { _ in })
        gate.waitUntilReached()
        for _ in 0..<GroupCommitter.waitingLimit + 3 {
            ledger.committer.submit({ _ in }) { if case .failure(.unavailable("too many writes are waiting")) = $0 { tally.add() } }
        }
        gate.open()
        await ledger.close()
        #expect(tally.count == 3)
    }
}

private let hexadecimalSerial3 = "40:00:00:00:00:00:00:00:00:00:00:00:00:00:00:03"

private func committedRows(path: String) throws -> Int {
    try DatabaseQueue(path: path).inDatabase { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM security_audit") ?? -1 }
}
