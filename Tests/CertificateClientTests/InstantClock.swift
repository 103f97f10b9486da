import Synchronization

/// A clock on which every sleep ends at once and moves the time on, until the time a test has set as the end.
final class InstantClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Duration.zero)
    private let naps = Mutex<[Duration]>([])
    private let end: Duration

    /// - Parameter end: a sleep that goes beyond it throws as if the task were cancelled.
    init(end: Duration = .seconds(100 * 86_400)) { self.end = end }

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// Whole seconds since the start.
    var elapsed: Int64 { time.withLock { $0.components.seconds } }
    /// How long each sleep was.
    var sleeps: [Duration] { naps.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        guard deadline.offset <= end else { throw CancellationError() }
        let start = time.withLock { time in
            defer { time = max(time, deadline.offset) }
            return time
        }
        naps.withLock { $0.append(deadline.offset - start) }
    }
}
