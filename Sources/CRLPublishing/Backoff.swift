/// Pauses that double from one failure to the next.
struct Backoff: Sendable {
    private let first: Duration
    private let limit: Duration
    private var failures = 0

    init(first: Duration, limit: Duration) {
        self.first = first
        self.limit = max(first, limit)
    }

    /// The pause after one more failure.
    mutating func next() -> Duration {
        let pause = failures < 16 ? min(limit, first * (1 << failures)) : limit
        failures += 1
        return pause
    }

    /// After a success.
    mutating func reset() { failures = 0 }
}
