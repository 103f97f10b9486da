import Synchronization

/// Lets one line a minute into the log, of what strangers can cause as often as they like; the others are counted.
final class SparseNotice: Sendable {
    private struct State {
        var minute = Int64.min
        var suppressed = 0
    }

    private let state = Mutex(State())

    /// How many were left out since the last line, when it is time for another one; else nil.
    /// - Parameter now: seconds since 1970.
    func next(at now: Int64) -> Int? {
        state.withLock { state in
            guard state.minute != now / 60 else {
                state.suppressed += 1
                return nil
            }
            defer { state = State(minute: now / 60) }
            return state.suppressed
        }
    }
}
