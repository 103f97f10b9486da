import Ledger
import Publication
import Synchronization

/// A receiver of events that tells what it gets, and answers as a test says.
final class TestReceiver: OutboxReceiver {
    let name: String
    /// The ids of each delivery's events.
    let calls: AsyncStream<[Int64]>
    private let call: AsyncStream<[Int64]>.Continuation
    private let number = Mutex(0)
    private let answer: @Sendable (Int) async throws -> Void

    /// - Parameter answer: is given the number of each delivery, from 1 on; returns when the receiver has its events.
    init(_ name: String, answer: @escaping @Sendable (Int) async throws -> Void) {
        (self.name, self.answer) = (name, answer)
        (calls, call) = AsyncStream.makeStream()
    }

    func deliver(_ events: [OutboxEvent]) async throws {
        let number = number.withLock { number in
            number += 1
            return number
        }
        call.yield(events.map(\.id))
        try await answer(number)
    }
}

/// A clock whose sleeps end at once, and are told.
final class SkippingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    /// How long each sleep was.
    let pauses: AsyncStream<Duration>
    private let pause: AsyncStream<Duration>.Continuation
    private let state = Mutex((now: Duration.zero, count: 0))
    private let onSleep: @Sendable (Duration) -> Void

    /// Sleeps after which a test that goes wrong ends: every further one fails.
    private static let limit = 1_000

    /// - Parameter onSleep: is told the length of each sleep.
    init(onSleep: @escaping @Sendable (Duration) -> Void = { _ in }) {
        self.onSleep = onSleep
        (pauses, pause) = AsyncStream.makeStream()
    }

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// Number of sleeps.
    var count: Int { state.withLock { $0.count } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let (length, count) = state.withLock { state in
            let length = deadline.offset - state.now
            state = (max(state.now, deadline.offset), state.count + 1)
            return (length, state.count)
        }
        guard count <= Self.limit else { throw CancellationError() }
        onSleep(length)
        pause.yield(length)
    }
}
