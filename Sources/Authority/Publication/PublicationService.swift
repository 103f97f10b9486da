import DurableFiles
import Logging
import ServiceLifecycle

/// Keeps the published CRLs fresh: wakes for each revocation, and on a schedule.
package struct PublicationService: Service {
    private let publisher: RevocationListPublisher
    private let wake: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let clock: any Clock<Duration>

    /// At most one build a second: two CRLs never share a thisUpdate.
    private static let pause = Duration.seconds(1)
    /// How often schedule, root CRL and failed builds are looked at.
    private static let tick = Duration.seconds(5)

    package init(publisher: RevocationListPublisher, clock: any Clock<Duration>) {
        self.publisher = publisher
        self.clock = clock
        (wake, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that a revocation waits for its CRL.
    package func revoked() { signal.yield() }

    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                try await cancelWhenGracefulShutdown {
                    while !Task.isCancelled {
                        try await clock.sleep(for: Self.tick)
                        signal.yield()
                    }
                }
            }
            group.addTask { try await publishUntilShutdown() }
        }
    }

    private func publishUntilShutdown() async throws {
        try await cancelWhenGracefulShutdown {
            _ = await publisher.publishDue()
            await publisher.refreshIndex()
            for await _ in wake {
                _ = await publisher.publishDue()
                await publisher.refreshIndexIfRootChanged()
                try await clock.sleep(for: Self.pause)
            }
        }
        // What was revoked while we stopped is still published.
        _ = await publisher.publishDue()
    }
}
