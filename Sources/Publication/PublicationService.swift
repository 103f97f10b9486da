import ServiceLifecycle

/// Keeps the published CRLs fresh: wakes for each revocation, and on a schedule.
package struct PublicationService: Service {
    private let publisher: RevocationListPublisher
    private let wake: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let clock: any Clock<Duration>

    /// At most one build a second: two CRLs never share a thisUpdate.
    private static let pause = Duration.seconds(1)
    /// Pause between two pages of the backfill: signing comes first.
    private static let backfillPause = Duration.milliseconds(20)
    /// Interval of checking schedule, root CRL and failed builds.
    private static let tick = Duration.seconds(5)

    package init(publisher: RevocationListPublisher, clock: any Clock<Duration>) {
        self.publisher = publisher
        self.clock = clock
        (wake, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Signals that a revocation waits for its CRL.
    package func revoked() { signal.yield() }

    package func run() async throws {
        await publisher.publishDue()
        await publisher.refreshIndex()
        if await publisher.isWaiting { signal.yield() }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { while await sleepUnlessShuttingDown(Self.tick, clock) { signal.yield() } }
                group.addTask {
                    while await sleepUnlessShuttingDown(await publisher.backfillExpiries() ? Self.backfillPause : Self.tick, clock) {}
                }
                // Not cancelled by a shutdown: a build that has begun is finished.
                for await _ in wake {
                    await publisher.publishDue()
                    await publisher.refreshIndexIfRootChanged()
                    _ = await sleepUnlessShuttingDown(Self.pause, clock)
                    if await publisher.isWaiting { signal.yield() }
                }
            }
        } onGracefulShutdown: {
            signal.finish()
        }
        // What was revoked while we stopped is still published.
        await publisher.publishDue()
        guard await publisher.isWaiting else { return }
        try await clock.sleep(for: Self.pause)
        await publisher.publishDue()
    }
}
