import PKI

/// Decides what the agent does next. It knows neither files nor network nor clock: it is told what there is and how things went.
struct RenewalMachine: Sendable {
    /// What to do.
    enum Step: Sendable, Equatable {
        case wait(seconds: Int64)
        case enroll
        case renew
        /// Run the command that is to learn of the change.
        case announce
        /// The pass is over and there is a valid pair.
        case finish
        /// The pass is over and did not reach its aim.
        case fail
    }

    /// The part of a pair that matters here.
    struct Pair: Sendable, Equatable {
        var serialNumber: String
        /// Inclusive.
        var notAfter: UnixTime
        var renewAt: UnixTime
    }

    private enum Attempt: Sendable { case none, succeeded, failed(transient: Bool) }
    private enum Announcement: Sendable { case none, pending, failed }

    /// The calendar may be set while we sleep: look again at least this often.
    static let longestWait: Int64 = 3_600
    /// Between two successful attempts; only a wrong clock or an odd CA makes this matter.
    static let leastInterval: Int64 = 60

    /// When to end.
    let mode: AgentMode
    private var attempt = Attempt.none
    private var announcement = Announcement.none
    private var failures = 0
    private var announcementFailures = 0
    /// Seconds to pass before the next attempt.
    private var attemptDelay: Int64 = 0
    private var announcementDelay: Int64 = 0
    private var spread: (serialNumber: String, seconds: Int64)?

    init(mode: AgentMode, changePending: Bool) {
        self.mode = mode
        announcement = changePending ? .pending : .none
    }

    /// - Parameters:
    ///   - pair: nil when there is none that can be used.
    ///   - jitter: 0 to 1.
    mutating func next(pair: Pair?, now: UnixTime, jitter: Double) -> Step {
        let valid = pair.flatMap { now <= $0.notAfter ? $0 : nil }
        if valid != nil, mayAnnounce { return .announce }
        switch mode {
        case .forever: return continuousStep(valid, now: now, jitter: jitter)
        case .once, .onceOrWait: return singleStep(valid, now: now)
        }
    }

    /// Something else than this agent replaced the pair, or this agent did.
    mutating func changed() {
        announcement = .pending
        announcementDelay = 0
        announcementFailures = 0
    }

    /// An enrolment or renewal succeeded, or nothing was due.
    mutating func attemptSucceeded() {
        attempt = .succeeded
        failures = 0
        attemptDelay = Self.leastInterval
    }

    /// - Parameter remaining: seconds of life left in the pair; nil without a valid one.
    mutating func attemptFailed(transient: Bool, retryAfter: Int64?, remaining: Int64?, jitter: Double) {
        attempt = .failed(transient: transient)
        failures += 1
        let own =
            if let remaining {
                Backoff.whileValid(failures: failures, remaining: remaining, jitter: jitter)
            } else {
                Backoff.withoutPair(failures: failures, jitter: jitter)
            }
        attemptDelay = max(own, retryAfter.map { Backoff.asked($0, jitter: jitter) } ?? 0)
    }

    /// The command succeeded.
    mutating func announcementSucceeded() { announcement = .none }

    /// The command failed and is to be repeated.
    mutating func announcementFailed(jitter: Double) {
        announcement = .failed
        announcementFailures += 1
        announcementDelay = Backoff.withoutPair(failures: announcementFailures + 2, jitter: jitter)
    }

    /// Somebody wants what is due to be done now, whatever failed before.
    mutating func hurried() {
        attemptDelay = 0
        announcementDelay = 0
    }

    /// Time has passed on the clock that measures pauses.
    mutating func elapsed(seconds: Int64) {
        attemptDelay = max(0, attemptDelay - seconds)
        announcementDelay = max(0, announcementDelay - seconds)
    }

    private var mayAnnounce: Bool {
        switch announcement {
        case .none: false
        case .pending: true
        case .failed: mode == .forever && announcementDelay == 0
        }
    }

    private mutating func continuousStep(_ pair: Pair?, now: UnixTime, jitter: Double) -> Step {
        var wait = attemptDelay
        if let pair { wait = max(wait, pair.renewAt + spread(of: pair, jitter) - now) }
        if wait <= 0 { return pair == nil ? .enroll : .renew }
        if case .failed = announcement, pair != nil { wait = min(wait, announcementDelay) }
        return .wait(seconds: max(1, min(wait, Self.longestWait)))
    }

    private func singleStep(_ pair: Pair?, now: UnixTime) -> Step {
        guard let pair else {
            switch attempt {
            case .none: return .enroll
            case .failed(transient: true) where mode == .onceOrWait:
                return attemptDelay > 0 ? .wait(seconds: attemptDelay) : .enroll
            case .failed, .succeeded: return .fail
            }
        }
        if case .none = attempt, now >= pair.renewAt { return .renew }
        // Who waits for a certificate has one; how the rest went is only logged.
        if mode == .onceOrWait { return .finish }
        if case .failed = attempt { return .fail }
        if case .failed = announcement { return .fail }
        return .finish
    }

    /// Chosen once for each certificate: up to five minutes, at most a tenth of the time between renewal and expiry.
    private mutating func spread(of pair: Pair, _ jitter: Double) -> Int64 {
        if let spread, spread.serialNumber == pair.serialNumber { return spread.seconds }
        let seconds = Int64(jitter * Double(max(0, min(300, (pair.notAfter - pair.renewAt) / 10))))
        spread = (pair.serialNumber, seconds)
        return seconds
    }
}

/// How long an agent runs.
public enum AgentMode: Sendable, Equatable {
    /// Until it is cancelled.
    case forever
    /// One pass; fails when what was due did not succeed.
    case once
    /// One pass; ends at once when there is a valid pair, else waits for the CA until there is one.
    case onceOrWait
}

/// How long to wait after failures, in whole seconds. Never zero, so no clock and no server can make the agent spin.
enum Backoff {
    /// With a valid pair: full jitter between 30 s and a ceiling that doubles from one minute to one hour, but at most a twentieth of the life that is left.
    /// - Parameters:
    ///   - failures: in a row, from 1.
    ///   - remaining: seconds until the certificate expires.
    ///   - jitter: 0 to 1.
    static func whileValid(failures: Int, remaining: Int64, jitter: Double) -> Int64 {
        let floor: Int64 = 30
        let doubling = Int64(60) << min(failures - 1, 6)
        let ceiling = max(floor, min(3_600, doubling, remaining / 20))
        return floor + Int64(jitter * Double(ceiling - floor))
    }

    /// Without one, somebody is waiting: from a second or two, doubling to five minutes.
    static func withoutPair(failures: Int, jitter: Double) -> Int64 {
        let ceiling = min(300, Int64(1) << min(failures, 9))
        return max(1, ceiling / 2 + Int64(jitter * Double(ceiling - ceiling / 2)))
    }

    /// What the CA asked for, spread by a tenth, and at most an hour.
    static func asked(_ seconds: Int64, jitter: Double) -> Int64 {
        let seconds = min(max(0, seconds), 3_600)
        return min(3_600, seconds + Int64(jitter * Double(seconds) / 10))
    }
}
