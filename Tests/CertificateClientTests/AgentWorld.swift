import PKI
import Synchronization

@testable import CertificateClient

/// A CA, a directory and a command in memory, for an agent to act on; all of it plays on an `InstantClock`.
final class AgentWorld: Sendable {
    struct State: Sendable {
        var pair: CredentialSummary?
        /// What an attempt meets at a time (seconds since the start); nil is success.
        var fault: @Sendable (Int64) -> ClientError? = { _ in nil }
        var enrolments: [Int64] = []
        var renewals: [Int64] = []
        var announcements: [String] = []
        /// So many announcements fail first.
        var failingAnnouncements = 0
        var unannounced = false
        var lifetime: Int64 = 86_400
        /// How often the pair was read.
        var looks = 0
    }

    /// 2026-01-01T00:00:00Z
    static let start: UnixTime = 1_767_225_600

    private let state: Mutex<State>
    let clock: InstantClock
    /// How far the calendar is wrong, in seconds.
    let calendarError: Int64

    init(end: Duration = .seconds(100 * 86_400), calendarError: Int64 = 0, _ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        self.state = Mutex(state)
        clock = InstantClock(end: end)
        self.calendarError = calendarError
    }

    /// What has happened so far.
    var record: State { state.withLock { $0 } }

    /// Somebody else puts another pair on disk.
    func replace(_ pair: CredentialSummary) { state.withLock { $0.pair = pair } }

    var surroundings: Surroundings {
        Surroundings(clock: clock, now: { [self] in Self.start + clock.elapsed + calendarError }, jitter: { 0.5 })
    }

    func work(hasHandler: Bool = true) -> AgentWork {
        AgentWork(
            inspect: { [self] () throws(ClientError) in
                let pair = state.withLock { state in
                    state.looks += 1
                    return state.pair
                }
                guard let pair else { throw .noCredentials(directory: "/pair") }
                return pair
            },
            stamp: { [self] in PairStamp(state.withLock { ($0.pair?.serialNumber ?? "").utf8.map { Int64($0) } }) },
            enroll: { [self] () async throws(ClientError) in try certify(\.enrolments) },
            renew: { [self] (_) async throws(ClientError) in try certify(\.renewals) },
            hasUnannouncedChange: { [self] in state.withLock { $0.unannounced } },
            announce: { [self] (summary) async throws(ClientError) in
                let fails = state.withLock { state in
                    state.announcements.append(summary.serialNumber)
                    defer { state.failingAnnouncements = max(0, state.failingAnnouncements - 1) }
                    return state.failingAnnouncements > 0
                }
                if fails { throw .commandFailed(command: "reload", outcome: "exited with 1") }
            },
            hasHandler: hasHandler)
    }

    private func certify(_ log: any WritableKeyPath<State, [Int64]> & Sendable) throws(ClientError) -> CredentialSummary {
        let elapsed = clock.elapsed
        let result: Result<CredentialSummary, ClientError> = state.withLock { state in
            state[keyPath: log].append(elapsed)
            if let fault = state.fault(elapsed) { return .failure(fault) }
            let pair = Self.pair("\(state.enrolments.count + state.renewals.count)", at: elapsed, lifetime: state.lifetime)
            state.pair = pair
            return .success(pair)
        }
        return try result.get()
    }

    /// A pair made at a time (seconds since the start), to be renewed at two thirds of its life.
    static func pair(_ serialNumber: String, at elapsed: Int64, lifetime: Int64 = 86_400) -> CredentialSummary {
        CredentialSummary(
            directory: "/pair", serialNumber: serialNumber, commonName: "db.internal", notBefore: start + elapsed,
            notAfter: start + elapsed + lifetime - 1, renewAt: start + elapsed + lifetime / 3 * 2)
    }

    static let down = ClientError.unreachable(address: "https://ca.test", reason: "refused")
    static let forbidden = ClientError.refused(
        Refusal(status: 403, code: "ticket_spent", messages: ["the ticket is spent"], requestID: nil, retryAfter: nil))
}
