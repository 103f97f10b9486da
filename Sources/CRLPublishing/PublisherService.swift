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
