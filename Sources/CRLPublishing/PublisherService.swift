import ServiceLifecycle

/// A publisher that runs until it is told to stop, asleep between its passes.
package struct PublisherService: Service {
    private let publisher: Publisher
    private let clock: any Clock<Duration>
    private let nudges: (@Sendable () -> Int)?
    /// Between two looks at the count of nudges.
    private static let slice = Duration.seconds(1)

    /// - Parameters:
    ///   - publisher: started already.
    ///   - clock: measures the pauses.
    ///   - nudges: how often somebody asked for a look at once, since the start; nil: nobody can.
    package init(publisher: Publisher, clock: any Clock<Duration>, nudges: (@Sendable () -> Int)? = nil) {
        self.publisher = publisher
        self.clock = clock
        self.nudges = nudges
    }

    /// Ends at graceful shutdown. Writing is never interrupted; fetching and a running reload command are.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var heeded = nudges?() ?? 0
            while !Task.isCancelled {
                let pause = await publisher.pass()
                do { try await sleep(pause, heeded) } catch { return }
                let asked = nudges?() ?? 0
                if asked != heeded { await publisher.hurry() }
                heeded = asked
            }
        }
    }

    /// Pauses, until somebody asks for a look.
    private func sleep(_ pause: Duration, _ heeded: Int) async throws {
        guard let nudges else { return try await clock.sleep(for: pause) }
        var remaining = pause
        repeat {
            let slice = min(remaining, Self.slice)
            try await clock.sleep(for: slice)
            remaining -= slice
        } while remaining > .zero && nudges() == heeded
    }
}

/// When the source is looked at next and when the reload command runs next, as durations from now.
struct Timetable: Sendable {
    private(set) var check: Duration = .zero
    /// Nil while no reload is owed.
    private(set) var reload: Duration?
    private let interval: Duration
    private var checkBackoff: Backoff
    private var reloadBackoff = Backoff(first: .seconds(1), limit: .seconds(60))

    /// - Parameter interval: between two looks at a healthy source. A failing one is asked less and less often, but every 5 s at least, so that
    ///   a revocation is with the brokers within seconds of the CA's return.
    init(interval: Duration) {
        self.interval = interval
        checkBackoff = Backoff(first: interval, limit: .seconds(5))
    }

    mutating func checked(successfully: Bool) {
        if successfully { checkBackoff.reset() }
        check = successfully ? interval : checkBackoff.next()
    }

    /// A change makes the reload due at once and forgets the failures of the one before.
    mutating func changed() {
        reload = .zero
        reloadBackoff.reset()
    }

    /// - Returns: the pause until the next try; nil after a success.
    @discardableResult
    mutating func reloaded(successfully: Bool) -> Duration? {
        if successfully { reloadBackoff.reset() }
        reload = successfully ? nil : reloadBackoff.next()
        return reload
    }

    /// Everything that waits is due now.
    mutating func hurried() {
        check = .zero
        if reload != nil { reload = .zero }
    }

    /// The time until the next thing is due; it counts as past from here on.
    mutating func nextPause() -> Duration {
        let pause = min(check, reload ?? check)
        check -= pause
        reload = reload.map { $0 - pause }
        return pause
    }
}

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
