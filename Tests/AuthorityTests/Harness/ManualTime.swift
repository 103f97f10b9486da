import Authority
import Synchronization

/// A wall clock that tests set.
final class ManualTime: Sendable {
    private let state: Mutex<Int64>
    private let fault = Mutex<ClockFault?>(nil)

    /// - Parameter seconds: since 1970.
    init(_ seconds: Int64) {
        state = Mutex(seconds)
    }

    /// From here on the clock is not believed; nil: it is again.
    func distrust(_ fault: ClockFault?) { self.fault.withLock { $0 = fault } }

    var seconds: Int64 { state.withLock { $0 } }

    func advance(_ seconds: Int64) { state.withLock { $0 += seconds } }

    var wallClock: WallClock { WallClock(milliseconds: { self.seconds * 1000 }, fault: { self.fault.withLock { $0 } }) }
}

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

/// Values that closures collect.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    func add(_ value: Value) { values.withLock { $0.append(value) } }
}
