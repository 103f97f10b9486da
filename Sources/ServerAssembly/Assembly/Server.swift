import Access
import Authority
import DurableFiles
import HTTPFront
import Issuance
import Ledger
import Logging
import Operations
import PKI
import Pauses
import Publication
import SQLiteLedger
import ServiceLifecycle
import UnixSignals

/// A running CA: configuration becomes objects, objects become one ServiceGroup. No logic.
struct Server {
    let directory: DataDirectory
    let configuration: ServerConfiguration
    let environment: ServerEnvironment
    /// The operator says that the clock is right, though the ledger has later records.
    var trustsClock = false
    /// The operator says that the ledger may be older than the world, and wants it brought up to it.
    var recovers = false
    /// Folders with copies of published lists, beside those of the configuration.
    var publishedElsewhere: [String] = []
    let logger: Logger

    var listeners: Listeners { Listeners(directory: directory, configuration: configuration, logger: logger) }

    /// Serves until SIGTERM or SIGINT, then finishes what is under way. A start that a full disk stops waits for space.
    func run() async throws {
        var standIn: StandInCertificate?
        while true {
            do { return try await serve(after: standIn) } catch {
                guard isDiskFull() else { throw error }
                guard try await waitForSpace(after: error, &standIn) else { return }
            }
        }
    }

    /// - Parameter standIn: the certificate that was served while the disk was full, when there was one.
    private func serve(after standIn: StandInCertificate?) async throws {
        let opened = try OpenedIssuers(directory, configuration, environment)
        let loading = PolicyLoading(directory: directory, configuration: configuration, opened: opened)
        let policies = try loading.load()
        try StartingState(directory: directory).checkFiles()
        try DurableFile.probe(directory.path)
        try opened.report(directory, to: logger)
        let ledger = try SQLiteLedger.open(path: directory.ledger) { Alarms.log($0, to: logger) }
        do {
            try await admit(ledger, opened)
            try await standIn?.record(in: ledger)
            try await serve(opened, loading, policies, ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
        logger.info("stopped")
    }

    /// Recovers the ledger when told to; else refuses one that is older than what is known elsewhere.
    private func admit(_ ledger: SQLiteLedger, _ opened: OpenedIssuers) async throws {
        let rollbackDetection = RollbackDetection(
            anchor: configuration.anchor, folders: configuration.ledger.published, namedFolders: publishedElsewhere)
        try rollbackDetection.checkAnchor(isOutside: directory)
        try await StartingState(directory: directory).checkIssuers(opened.list, in: ledger, now: System.clock.now)
        if recovers {
            try await Recovery(
                directory: directory, opened: opened, ledger: ledger, rollbackDetection: rollbackDetection, clock: System.clock,
                randomness: System.randomness, logger: logger
            ).run()
        } else {
            try await StartingState(directory: directory).checkAge(
                of: ledger, opened: opened, rollbackDetection: rollbackDetection, logger: logger)
        }
    }

    private func serve(
        _ opened: OpenedIssuers, _ loading: PolicyLoading, _ policies: Policies, _ ledger: SQLiteLedger
    ) async throws {
        let published = PublishedDirectory(path: directory.published)
        let clock = try await StartingClock(
            ledger: ledger, directory: directory, isTrusted: trustsClock, read: System.clocks, logger: logger
        ).open()
        try DurableFile.makeDirectory(directory.published, mode: 0o755)
        try Leftovers.remove(from: directory, anchor: configuration.anchor, logger: logger)
        try opened.writeChain(to: directory)
        try published.publishCertificates(opened.certificates)
        try await IssuerHistory(ledger: ledger).record(opened, now: clock.wallClock.milliseconds())
        let publisher = RevocationListPublisher(
            issuers: opened.issuers, ledger: ledger, directory: published, schedule: configuration.schedule,
            clock: clock.listClock, trustsClock: trustsClock, logger: logger)
        // Before anybody asks: alarms know it.
        try await publisher.readRoot()
        let publication = PublicationService(publisher: publisher, clock: PauseClock())
        let authority = Authority(
            ledger: ledger, policies: policies, clock: clock.wallClock, randomness: System.randomness, logger: logger,
            idempotencyLife: configuration.limits.idempotency,
            isRevoked: { publisher.rootList?.contains($0.certificate.serialNumber) ?? false })
        let delivery = try await OutboxDelivery(
            to: [publication], from: ledger, time: clock.wallClock, clock: PauseClock(), logger: logger)
        let anchoring = configuration.anchor.map {
            AnchorKeeping(anchor: $0, ledger: ledger, published: published, clock: PauseClock(), logger: logger)
        }
        let alarms = Alarms(
            authority: authority, publisher: publisher, delivery: delivery, ledger: ledger, clock: clock, anchoring: anchoring,
            root: opened.root, directory: directory)
        let (tls, rotation) = try await certificate(of: authority, clock: clock.wallClock)
        let limiter = RequestLimiter(policies, environment: System.limiterEnvironment, logger: logger, refused: authority.auditLimited)
        let (api, served) = try listeners.api(
            authority, ledger, opened, clock: clock.wallClock, tls: tls, alarms: alarms, limiter: limiter)
        _ = try loading.load(served: served)
        if policies.limits == nil { logger.notice("requests are not limited: there is no policies/limits.yaml") }
        var services: [any Service] = [
            publication, delivery, rotation,
            Housekeeping(authority: authority, clock: PauseClock(), logger: logger, alarms: alarms.current),
            PolicyReload(authority: authority, loading: loading, limiter: limiter, served: served, logger: logger), listeners.published(),
            api,
        ]
        if let anchoring { services.insert(anchoring, at: 0) }
        do { try await run(services) } catch {
            await anchoring?.write(always: true)
            throw error
        }
        await anchoring?.write(always: true)
    }

    /// Whichever fails, the others stop as on SIGTERM: requests in flight are answered, and no connection is cancelled.
    /// - Parameter endsWithAny: a service that ends stops the others, too.
    func run(_ services: [any Service], endsWithAny: Bool = false) async throws {
        let group = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(
                service: $0, successTerminationBehavior: endsWithAny ? .gracefullyShutdownGroup : .cancelGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        try await ServiceGroup(
            configuration: .init(services: group, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }
}
