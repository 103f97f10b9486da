import Synchronization

/// A clock whose sleeps return at once and move the wall clock, and whose last one fails: then services stop.
final class ScriptedClock: Clock, Sendable {
    struct Instant: InstantProtocol, Sendable {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex((now: Duration.zero, sleeps: 0))
    private let limit: Int
    private let onSleep: @Sendable (_ seconds: Int64) -> Void

    /// - Parameters:
    ///   - limit: the number of the sleep that fails.
    ///   - onSleep: is told the length of each sleep.
    init(limit: Int, onSleep: @escaping @Sendable (_ seconds: Int64) -> Void) {
        self.limit = limit
        self.onSleep = onSleep
    }

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let (number, pause) = state.withLock { state in
            let pause = deadline.offset - state.now
            state.now = deadline.offset
            state.sleeps += 1
            return (state.sleeps, pause)
        }
        if number >= limit { throw CancellationError() }
        onSleep(pause.components.seconds)
    }
}
