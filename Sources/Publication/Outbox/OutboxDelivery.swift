package import Ledger
package import Logging
package import PKI
import ServiceLifecycle
import Synchronization

/// Delivers the ledger's events to each receiver, in order and at least once; none waits for another.
///
/// A receiver that fails is asked again, after pauses that grow. What it has is noted in the ledger, where a start goes on.
package final class OutboxDelivery: Service {
    /// A receiver that does not have an event.
    package struct Backlog: Sendable, Equatable {
        package let receiver: String
        /// Time of the first event that it lacks.
        package let since: UnixTime
        /// The failure of the last attempt; nil while the first one is under way.
        package var failure: String?
    }

    private let receivers: [any OutboxReceiver]
    private let ledger: any EventOutbox
    private let time: WallClock
    private let clock: any Clock<Duration>
    private let logger: Logger
    /// By receiver.
    private let backlogs = Mutex<[String: Backlog]>([:])

    /// Events delivered at once.
    static let limit = 512
    /// Pause after a delivery: the events of a burst come together.
    static let pause = Duration.seconds(1)
    /// Shortest and longest pause after a failure.
    static let retries = Duration.seconds(1)...Duration.seconds(60)
    /// Seconds after which a backlog needs a person.
    static let patience: Int64 = 300

    /// Registers the receivers, so that nothing is forgotten that happens from now on.
    /// - Parameters:
    ///   - time: dates the registration and judges how old a backlog is.
    ///   - clock: measures pauses.
    package init(
        to receivers: [any OutboxReceiver], from ledger: any EventOutbox, time: WallClock, clock: any Clock<Duration>, logger: Logger
    ) async throws(LedgerError) {
        (self.receivers, self.ledger, self.time, self.clock, self.logger) = (receivers, ledger, time, clock, logger)
        let event = AuditEvent(
            timestamp: time.milliseconds(), principal: "system", action: .receivers, resource: "outbox", result: .allowed, ipAddress: "",
            userAgent: "")
        try await ledger.register(receivers: Set(receivers.map(\.name)), audit: event)
    }

    /// The receivers that have lacked an event for long, in the order of their names.
    package var overdue: [Backlog] {
        let end = time.now - Self.patience
        return backlogs.withLock { $0.values.filter { $0.since <= end } }.sorted { $0.receiver < $1.receiver }
    }

    /// Ends at once on a shutdown: what was cut off comes again after the next start.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for receiver in self.receivers { group.addTask { await self.serve(receiver) } }
            }
        }
    }

    private func serve(_ receiver: any OutboxReceiver) async {
        // Before the first look: what is written after it is signalled.
        let signals = ledger.eventSignals()
        await catchUp(receiver)
        for await _ in signals { await catchUp(receiver) }
    }

    /// Delivers until the receiver has every event, or the task is cancelled.
    private func catchUp(_ receiver: any OutboxReceiver) async {
        var retry = Self.retries.lowerBound
        while !Task.isCancelled {
            do {
                guard try await deliver(to: receiver) else { return }
                retry = Self.retries.lowerBound
            } catch {
                guard !Task.isCancelled else { return }
                note(failure: "\(error)", of: receiver.name)
                guard await sleep(for: retry) else { return }
                retry = min(retry * 2, Self.retries.upperBound)
            }
        }
    }

    /// Delivers the next events; false when there are none.
    private func deliver(to receiver: any OutboxReceiver) async throws -> Bool {
        let events = try await ledger.events(for: receiver.name, limit: Self.limit)
        guard let first = events.first, let last = events.last else { return false }
        backlogs.withLock {
            $0[receiver.name] = Backlog(receiver: receiver.name, since: first.date, failure: $0[receiver.name]?.failure)
        }
        try await receiver.deliver(events)
        try await ledger.noteDelivery(through: last.id, to: receiver.name)
        if backlogs.withLock({ $0.removeValue(forKey: receiver.name) })?.failure != nil {
            logger.notice("events delivered again", metadata: ["receiver": "\(receiver.name)"])
        }
        return events.count == Self.limit ? true : await sleep(for: Self.pause)
    }

    /// Logs a failure that the last attempt did not have.
    private func note(failure: String, of receiver: String) {
        let isNew = backlogs.withLock { backlogs in
            defer { backlogs[receiver]?.failure = failure }
            return backlogs[receiver]?.failure != failure
        }
        guard isNew else { return }
        logger.error("events not delivered; they are delivered later", metadata: ["receiver": "\(receiver)", "error": "\(failure)"])
    }

    /// - Returns: false when the task was cancelled.
    private func sleep(for duration: Duration) async -> Bool {
        do { try await clock.sleep(for: duration) } catch { return false }
        return true
    }
}

/// Somebody who must hear of the ledger's events.
package protocol OutboxReceiver: Sendable {
    /// Under this name the ledger keeps how far it has come: never changed, and without blanks.
    var name: String { get }
    /// Returns once the receiver has these events, which follow those of the call before. Throws when it does not have all of them: then they come
    /// again, perhaps with further ones. Those that it had may come again after a restart, too, so that a receiver must take an event twice. Ends soon
    /// when its task is cancelled.
    func deliver(_ events: [OutboxEvent]) async throws
}
