import Ledger
import Logging
import PKI
import ServerKit
import TestKit
import Testing

@testable import Publication

/// Events on their way to those who must hear of them.
@Suite(.timeLimit(.minutes(5))) struct `Delivery of events` {
    private let bench: Bench
    private let clock = SkippingClock()

    init() throws { bench = try Bench(onDisk: true) }

    private func delivery(to receivers: any OutboxReceiver...) async throws -> OutboxDelivery {
        try await OutboxDelivery(
            to: receivers, from: bench.ledger, time: bench.time.wallClock, clock: clock,
            logger: Logger(label: "test") { _ in LogLines(lines: bench.log) })
    }

    /// Runs the delivery while the body runs.
    private func run(_ delivery: OutboxDelivery, _ body: () async throws -> Void) async throws {
        let service = Task { try await delivery.run() }
        do { try await body() } catch {
            service.cancel()
            throw error
        }
        service.cancel()
        try await service.value
    }

    /// Makes one event.
    private func revokeOne(_ number: Int) async throws {
        try await bench.revoke(bench.enroll(uuid(number)).serialNumber, .superseded)
    }

    @Test func `begins when an event is written, and notes what was delivered`() async throws {
        let receiver = TestReceiver("x") { _ in }
        var calls = receiver.calls.makeAsyncIterator()
        var pauses = clock.pauses.makeAsyncIterator()
        try await run(delivery(to: receiver)) {
            for number in 1...3 {
                try await revokeOne(number)
                #expect(await calls.next() == [Int64(number)])
                #expect(await pauses.next() == .seconds(1), "events of the next second come together")
                #expect(try await bench.ledger.events(for: "x", limit: 9).isEmpty)
            }
        }
    }

    @Test func `is repeated after pauses that grow, with the same events in order, until the receiver has them`() async throws {
        let receiver = TestReceiver("x") { number in if number <= 8 { throw LedgerError.unavailable("the receiver is away") } }
        var calls = receiver.calls.makeAsyncIterator()
        var pauses = clock.pauses.makeAsyncIterator()
        let delivery = try await delivery(to: receiver)
        try await revokeOne(1)
        try await revokeOne(2)
        try await run(delivery) {
            for _ in 1...9 { #expect(await calls.next() == [1, 2]) }
            for seconds in [1, 2, 4, 8, 16, 32, 60, 60] { #expect(await pauses.next() == .seconds(seconds)) }
            #expect(await pauses.next() == .seconds(1), "the pause after a success")
        }
        #expect(bench.log.all.filter { $0.contains("events not delivered") }.count == 1, "once for one reason")
        #expect(bench.log.all.contains { $0.contains("the receiver is away") })
        #expect(bench.log.all.contains { $0.contains("events delivered again") })
        #expect(try await bench.ledger.events(for: "x", limit: 9).isEmpty)
    }

    @Test func `to one receiver does not wait for another, and what one lacks is overdue after five minutes`() async throws {
        let hung = TestReceiver("hung") { _ in try await Task.sleep(for: .seconds(86_400)) }
        let quick = TestReceiver("quick") { _ in }
        var (hungCalls, quickCalls) = (hung.calls.makeAsyncIterator(), quick.calls.makeAsyncIterator())
        var pauses = clock.pauses.makeAsyncIterator()
        let delivery = try await delivery(to: hung, quick)
        let start = bench.time.now
        try await run(delivery) {
            for number in 1...4 {
                try await revokeOne(number)
                if number == 1 { #expect(await hungCalls.next() == [1]) }
                #expect(await quickCalls.next() == [Int64(number)])
                #expect(await pauses.next() == .seconds(1))
            }
            bench.time.advance(299)
            #expect(delivery.overdue.isEmpty)
            bench.time.advance(1)
            #expect(delivery.overdue == [OutboxDelivery.Backlog(receiver: "hung", since: start, failure: nil)])
        }
        #expect(try await bench.ledger.events(for: "hung", limit: 9).map(\.id) == [1, 2, 3, 4])
    }

    @Test func `names the failure of what is overdue, and ends the alarm when it succeeds`() async throws {
        let (holds, hold) = AsyncStream.makeStream(of: Void.self)
        let receiver = TestReceiver("x") { number in
            if number == 1 { throw LedgerError.unavailable("the receiver is away") }
            for await _ in holds { break }
        }
        var calls = receiver.calls.makeAsyncIterator()
        var pauses = clock.pauses.makeAsyncIterator()
        let delivery = try await delivery(to: receiver)
        let start = bench.time.now
        try await run(delivery) {
            try await revokeOne(1)
            for _ in 1...2 { #expect(await calls.next() == [1]) }
            bench.time.advance(300)
            let failure = LedgerError.unavailable("the receiver is away").description
            #expect(delivery.overdue == [OutboxDelivery.Backlog(receiver: "x", since: start, failure: failure)])
            hold.finish()
            for _ in 1...2 { #expect(await pauses.next() == .seconds(1)) }
            #expect(delivery.overdue.isEmpty)
        }
    }

    @Test func `goes on after a restart where it was, and repeats what was cut off`() async throws {
        let first = TestReceiver("x") { number in if number == 2 { try await Task.sleep(for: .seconds(86_400)) } }
        var calls = first.calls.makeAsyncIterator()
        try await run(delivery(to: first)) {
            for number in 1...2 {
                try await revokeOne(number)
                #expect(await calls.next() == [Int64(number)])
            }
        }
        // Nobody is there.
        try await revokeOne(3)
        let second = TestReceiver("x") { _ in }
        var later = second.calls.makeAsyncIterator()
        try await run(delivery(to: second)) { #expect(await later.next() == [2, 3]) }
    }

    @Test func `goes on through a backlog without pauses, a page at a time`() async throws {
        let receiver = TestReceiver("x") { _ in }
        let delivery = try await delivery(to: receiver)
        let entries = try (1...1_100).map { CertificateRevocationList.Entry(serialNumber: try serial($0), date: 1, reason: .superseded) }
        let now = bench.time.now
        let event = AuditEvent(
            timestamp: now.milliseconds, principal: "system", action: .recover, resource: "", result: .allowed, ipAddress: "", userAgent: ""
        )
        _ = try await bench.ledger.recover(
            RecoveryOrder(
                evidence: [PublicationEvidence(issuer: "devices", entries: entries, issuerEnd: now + 1)], since: now, now: now,
                keptTokenSHA256: nil, audit: event))
        var (calls, pauses) = (receiver.calls.makeAsyncIterator(), clock.pauses.makeAsyncIterator())
        try await run(delivery) {
            for page in [1...512, 513...1_024, 1_025...1_100] { #expect(await calls.next() == page.map { Int64($0) }) }
            #expect(await pauses.next() == .seconds(1))
        }
        #expect(clock.count == 1)
    }

    private func serial(_ number: Int) throws -> SerialNumber {
        try SerialNumber(octets: [0x40, UInt8(number >> 8), UInt8(number & 255)])
    }
}
