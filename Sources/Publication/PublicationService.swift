package import Ledger
import ServiceLifecycle

/// Keeps the published CRLs fresh: as the receiver of each revocation's event, and on a schedule.
package struct PublicationService: Service, OutboxReceiver {
    package let name = "crl"
    private let publisher: RevocationListPublisher
    private let clock: any Clock<Duration>

    /// Until a CRL that has to wait for the next second is due.
    private static let second = Duration.seconds(1)
    /// Pause between two pages of the backfill: signing comes first.
    private static let backfillPause = Duration.milliseconds(20)
    /// Interval of checking schedule, root CRL and failed builds.
    private static let tick = Duration.seconds(5)

    package init(publisher: RevocationListPublisher, clock: any Clock<Duration>) {
        self.publisher = publisher
        self.clock = clock
    }

    /// Returns once the revocations are in the published CRLs and in the index.
    package func deliver(_ events: [OutboxEvent]) async throws {
        let issuers = Set(events.compactMap(\.issuer))
        guard !issuers.isEmpty else { return }
        await publisher.publishDue()
        while await publisher.isWaiting {
            try await clock.sleep(for: Self.second)
            await publisher.publishDue()
        }
        // The publisher notes no fault of a build that was cut off.
        try Task.checkCancellation()
        let faults = publisher.faults
        for name in issuers.sorted() + ["index"] { if let fault = faults[name] { throw fault } }
    }

    package func run() async throws {
        await publisher.publishDue()
        await publisher.refreshIndex()
        await withDiscardingTaskGroup { group in
            group.addTask {
                while await sleepUnlessShuttingDown(await publisher.backfillExpiries() ? Self.backfillPause : Self.tick, clock) {}
            }
            // Not cancelled by a shutdown: a build that has begun is finished.
            while await sleepUnlessShuttingDown(await publisher.isWaiting ? Self.second : Self.tick, clock) {
                await publisher.publishDue()
                await publisher.refreshIndexIfRootChanged()
            }
        }
        // What was revoked while we stopped is still published.
        await publisher.publishDue()
        guard await publisher.isWaiting else { return }
        try await clock.sleep(for: Self.second)
        await publisher.publishDue()
    }
}

/// Sleeps until the duration is over or a graceful shutdown begins.
/// - Returns: false when it is time to stop.
package func sleepUnlessShuttingDown(_ duration: Duration, _ clock: any Clock<Duration>) async -> Bool {
    do {
        try await cancelWhenGracefulShutdown { try await clock.sleep(for: duration) }
        return !Task.isShuttingDownGracefully
    } catch {
        return false
    }
}
