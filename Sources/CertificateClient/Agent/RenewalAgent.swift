public import Logging
import PKI

/// Keeps a credential directory supplied: enrols when there is no pair, renews when it is due, tells a command, and never gives up a pair that works.
public struct RenewalAgent: Sendable {
    /// Learns of a new pair; an error is logged and the call repeated later.
    public typealias ChangeHandler = @Sendable (CredentialSummary) async throws -> Void

    private let work: AgentWork
    private let surroundings: Surroundings
    private let logger: Logger
    private let nudges: @Sendable () -> Int
    /// Between two looks at the files' stamps, in seconds.
    static let watchInterval: Int64 = 2

    /// - Parameters:
    ///   - nudges: how often somebody asked for a look at once, since the start; the next look comes without waiting for what failed before.
    ///   - enrolment: what to enrol as when there is no valid pair; nil leaves that to people.
    ///   - onChange: called after every change, also after one that an earlier run could not announce.
    public init(
        _ store: CredentialStore, client: CertificateClient, enrolment: Enrolment?, logger: Logger,
        nudges: @escaping @Sendable () -> Int = { 0 }, onChange: ChangeHandler? = nil
    ) {
        self.init(
            AgentWork(store, client: client, enrolment: enrolment, onChange: onChange), surroundings: client.surroundings,
            logger: logger, nudges: nudges)
    }

    /// For any work, real or played.
    init(_ work: AgentWork, surroundings: Surroundings, logger: Logger, nudges: @escaping @Sendable () -> Int = { 0 }) {
        self.work = work
        self.surroundings = surroundings
        self.logger = logger
        self.nudges = nudges
    }

    /// Runs until the task is cancelled.
    public func run() async throws(ClientError) {
        do { _ = try await run(.forever) } catch ClientError.cancelled { return }
    }

    /// - Returns: the valid pair at the end of a single pass.
    public func run(_ mode: AgentMode) async throws(ClientError) -> CredentialSummary {
        var pass = AgentPass(machine: RenewalMachine(mode: mode, changePending: work.hasUnannouncedChange()), nudges: nudges())
        while true {
            let found = try await look(&pass)
            let pair = found.map { RenewalMachine.Pair(serialNumber: $0.serialNumber, notAfter: $0.notAfter, renewAt: $0.renewAt) }
            switch pass.machine.next(pair: pair, now: surroundings.now(), jitter: surroundings.jitter()) {
            case .wait(let seconds):
                logger.debug("waiting", metadata: ["seconds": "\(seconds)"])
                try await wait(seconds, &pass)
            case .enroll: try await attempt("enrolled", &pass, found) { () async throws(ClientError) in try await work.enroll() }
            case .renew:
                let retry = mode == .onceOrWait ? RetryPolicy.once : .persistent
                try await attempt("renewed", &pass, found) { () async throws(ClientError) in try await work.renew(retry) }
            case .announce: if let found { try await announce(&pass, found) }
            case .finish: if let found { return found }
            case .fail: throw pass.lastError ?? pass.foundFault ?? .cancelled
            }
        }
    }

    /// Pauses, until somebody replaces the pair or asks for a look.
    private func wait(_ seconds: Int64, _ pass: inout AgentPass) async throws(ClientError) {
        var remaining = seconds
        while remaining > 0 {
            let slice = min(remaining, Self.watchInterval)
            try await surroundings.sleep(.seconds(slice))
            pass.machine.elapsed(seconds: slice)
            remaining -= slice
            let asked = nudges()
            if asked != pass.nudges {
                pass.nudges = asked
                return pass.machine.hurried()
            }
            if pass.stamp != work.stamp() { return }
        }
    }

    /// Reads the pair; one that others replaced since the last look is a change too.
    private func look(_ pass: inout AgentPass) async throws(ClientError) -> CredentialSummary? {
        while true {
            // Taken before the files are read: what comes meanwhile is seen at the next look.
            pass.stamp = work.stamp()
            do throws(ClientError) {
                let found = try work.inspect()
                if let known = pass.known, known != found.serialNumber, work.hasHandler { pass.machine.changed() }
                pass.known = found.serialNumber
                pass.foundFault = nil
                return found
            } catch {
                // Another process is about to replace the pair: that is no reason to enrol.
                guard case .busy = error else {
                    pass.found(error, logger: logger)
                    return nil
                }
            }
            try await surroundings.sleep(.seconds(1))
        }
    }

    private func attempt(
        _ what: Logger.Message, _ pass: inout AgentPass, _ found: CredentialSummary?,
        _ body: () async throws(ClientError) -> CredentialSummary?
    ) async throws(ClientError) {
        do throws(ClientError) {
            let summary = try await body()
            pass.succeeded()
            guard let summary else { return }
            logger.notice(what, metadata: ["serial": "\(summary.serialNumber)", "not_after": "\(summary.notAfter)"])
            pass.known = summary.serialNumber
            if work.hasHandler { pass.machine.changed() }
        } catch {
            if error == .cancelled { throw error }
            pass.report(error, to: logger)
            let now = surroundings.now()
            let remaining: Int64? = found.flatMap { now <= $0.notAfter ? $0.notAfter - now : nil }
            pass.machine.attemptFailed(
                transient: error.isTransient, retryAfter: error.retryAfter, remaining: remaining, jitter: surroundings.jitter())
        }
    }

    private func announce(_ pass: inout AgentPass, _ summary: CredentialSummary) async throws(ClientError) {
        do throws(ClientError) {
            try await work.announce(summary)
            pass.machine.announcementSucceeded()
        } catch {
            if error == .cancelled { throw error }
            pass.lastError = error
            logger.error("\(error.description)")
            pass.machine.announcementFailed(jitter: surroundings.jitter())
        }
    }
}

/// What an agent remembers while it runs.
private struct AgentPass {
    var machine: RenewalMachine
    /// Serial number of the pair that was seen last.
    var known: String?
    var lastError: ClientError?
    /// Why there is no usable pair.
    var foundFault: ClientError?
    /// Of the files when they were read last.
    var stamp = PairStamp([])
    /// As counted when they were last heeded.
    var nudges: Int
    private var reported: ClientError?

    init(machine: RenewalMachine, nudges: Int) {
        self.machine = machine
        self.nudges = nudges
    }

    mutating func succeeded() {
        machine.attemptSucceeded()
        (lastError, reported) = (nil, nil)
    }

    /// The same failure again and again is told once as an error, then in debug logs.
    mutating func report(_ error: ClientError, to logger: Logger) {
        // A single pass that fails throws the error: it need not be told twice.
        let level: Logger.Level = reported == error || machine.mode == .once ? .debug : .error
        logger.log(level: level, "no certificate from the CA: \(error.description)")
        reported = error
        lastError = error
    }

    mutating func found(_ fault: ClientError, logger: Logger) {
        defer { foundFault = fault }
        if case .noCredentials = fault { return }
        if foundFault != fault { logger.error("\(fault.description)") }
    }
}
