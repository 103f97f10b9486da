/// The size of a token bucket, and how fast it fills.
package struct RateLimit: Hashable, Sendable {
    /// Requests that come back in each interval.
    package let requests: Int64
    /// Seconds.
    package let interval: Int64
    /// Requests that a full bucket holds.
    package let burst: Int64
    /// Nanoseconds in which one request comes back.
    package let period: Int64

    /// The ranges that limits.yaml takes; within them no sum of times leaves 64 bits.
    static let requestsAllowed = 1...1_000_000
    static let intervalsAllowed: ClosedRange<Int64> = 1...86_400
    /// Largest burst, as a multiple of the requests of an interval.
    static let bursts = 100

    /// - Parameter burst: nil: as many as come back in an interval.
    package init(requests: Int, interval: Int64, burst: Int? = nil) {
        self.requests = Int64(requests)
        self.interval = interval
        self.burst = Int64(burst ?? requests)
        period = interval * 1_000_000_000 / Int64(requests)
    }

    /// Nanoseconds in which an empty bucket fills.
    package var fill: Int64 { burst * period }

    /// True when it lets more through in the long run.
    func isWider(than other: RateLimit) -> Bool { (period, other.burst) < (other.period, burst) }
}

/// A class of senders, or of endpoints, with the rate of each sender in it.
package struct LimitClass: Hashable, Sendable {
    package let name: String
    /// nil: without a rate.
    package let limit: RateLimit?

    package init(name: String, limit: RateLimit?) {
        self.name = name
        self.limit = limit
    }

    /// True when it lets more through in the long run.
    func isWider(than other: LimitClass) -> Bool {
        guard let limit else { return other.limit != nil }
        return other.limit.map { limit.isWider(than: $0) } ?? false
    }
}
