import Authority
import Ledger
import Logging
import Operations
import PKI
import Publication
import SQLiteLedger
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Alarms of events` {
    /// A receiver that never answers.
    private struct Silent: OutboxReceiver {
        let name = "broker"
        let asked: AsyncStream<Void>.Continuation

        func deliver(_ events: [OutboxEvent]) async throws {
            asked.yield()
            try await Task.sleep(for: .seconds(86_400))
        }
    }

    @Test func `name a receiver that has not heard of a revocation for five minutes`() async throws {
        let bench = try Bench()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let delivery = try await OutboxDelivery(
            to: [Silent(asked: ask)], from: bench.ledger, time: bench.time.wallClock, clock: ContinuousClock(), logger: logger)
        let ledger = try SQLiteLedger.inMemory()
        let alarms = Alarms(
            authority: bench.authority, publisher: try Publication(bench).publisher, delivery: delivery, ledger: ledger,
            clock: GuardedClock(newestRecord: 0, read: { ClockReading(wall: 1, uptime: 1) }, logger: logger), anchoring: nil,
            root: bench.ca.root.certificate, directory: DataDirectory("nowhere"))
        let running = Task { try await delivery.run() }
        try await bench.revoke(bench.enroll(uuid(1)).serialNumber, .superseded)
        for await _ in asked { break }
        bench.time.advance(299)
        #expect(await alarms.current().map(\.code) == ["root_crl_missing"])
        bench.time.advance(1)
        let alarm = try #require(await alarms.current().last)
        #expect(alarm.code == "events_not_delivered")
        #expect(alarm.text == "broker has not heard of what happened since 2026-01-01T00:00:00Z: it has not answered yet")
        running.cancel()
        try await running.value
        await ledger.close()
    }
}
