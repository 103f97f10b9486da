/// How an attempt to get an answer failed.
package enum AttemptFailure: Sendable, Equatable {
    /// No connection was made, so the server saw nothing.
    case notSent
    /// The connection broke: the server may have done the work.
    case answerLost
    /// The server answered with a status other than 2xx.
    case answered(status: Int, retryAfter: Int64?)
    /// Trying again cannot help, such as an untrusted server.
    case final
}

/// When a request is sent again, and after how long.
package struct RetryPolicy: Sendable, Equatable {
    /// Attempts altogether.
    package var attempts: Int
    package var longestPause: Duration = .seconds(8)
    /// A longer `Retry-After` is left to the caller.
    package var longestRetryAfter: Int64 = 30

    /// Several attempts within about ten seconds.
    package static let persistent = RetryPolicy(attempts: 4)
    /// One attempt.
    package static let once = RetryPolicy(attempts: 1)

    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1.
    ///   - repeatable: whether doing the work twice is as good as doing it once.
    ///   - jitter: 0 to 1.
    /// - Returns: how long to wait before the next attempt; nil to give up.
    package func pause(after failure: AttemptFailure, attempt: Int, repeatable: Bool, jitter: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        switch failure {
        case .notSent: return backoff(attempt, jitter)
        case .answerLost: return repeatable ? backoff(attempt, jitter) : nil
        case .answered(429, let asked), .answered(503, let asked):
            guard let asked else { return backoff(attempt, jitter) }
            guard asked <= longestRetryAfter else { return nil }
            return .seconds(max(0, asked)) + backoff(attempt, jitter)
        case .answered(502, _): return repeatable ? backoff(attempt, jitter) : nil
        case .answered, .final: return nil
        }
    }

    /// Full jitter below 0.5 s, 1 s, 2 s … and never less than 100 ms.
    private func backoff(_ attempt: Int, _ jitter: Double) -> Duration {
        let ceiling = min(longestPause, .milliseconds(250 << min(attempt, 8)))
        return max(.milliseconds(100), ceiling * jitter)
    }
}
