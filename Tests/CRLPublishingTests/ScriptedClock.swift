import Synchronization

/// A clock whose sleeps return at once; it notes them, and ends the program after some.
final class ScriptedClock: Clock, Sendable {
    struct Instant: InstantProtocol, Sendable {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Duration.zero
        var pauses: [Duration] = []
    }

    private let state = Mutex(State())
    private let limit: Int
    private let onPause: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - limit: the number of the sleep that throws.
    ///   - onPause: is called with the number of each sleep, from 1 on.
    init(limit: Int, onPause: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.limit = limit
        self.onPause = onPause
    }

    var pauses: [Duration] { state.withLock { $0.pauses } }
    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.pauses.append(deadline.offset - state.now)
            state.now = deadline.offset
            return state.pauses.count
        }
        onPause(number)
        if number >= limit { throw CancellationError() }
    }
}
