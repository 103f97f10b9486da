import APISchema
import Access
import Authority
import DurableFiles
import HTTPFront
import Issuance
import Ledger
import Logging
import PKI
import Pauses
import PublicServer
import Publication
import SQLiteLedger
import ServiceLifecycle
import UnixSignals
import VaultAPI

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

    /// Serves until SIGTERM or SIGINT, then finishes what is under way. While the disk is too full to start, the published files are served, and an
    /// API that says why there is nothing else.
    func run() async throws {
        var standIn: StandInCertificate?
        while true {
            do { return try await serveAll(after: standIn) } catch {
                guard isDiskFull() else { throw error }
                let told = OperatorError(error)
                logger.critical(
                    "the disk is full: only what is published is served until there is space",
                    metadata: [
                        "code": "disk_full", "error": "\(told.summary)", "remedy": "free some space on the disk of \(directory.path)",
                    ])
                if standIn == nil { standIn = await makeStandIn() }
                guard try await servePublished(standIn) else { return }
                logger.notice("there is space again")
            }
        }
    }

    /// - Parameter standIn: the certificate of the time before, when there was one.
    private func serveAll(after standIn: StandInCertificate?) async throws {
        let opened = try OpenedIssuers(directory, configuration: configuration, environment: environment)
        let loading = PolicyLoading(
            directory: directory, configuration: configuration, issuers: opened.issuers, ownKeys: opened.ownKeys)
        let policies = try loading.load()
        try StartingState(directory: directory).checkFiles()
        try DurableFile.probe(directory.path)
        let ledger = try SQLiteLedger.open(path: directory.ledger, writeHealth: report)
        do {
            try await prepare(ledger, opened)
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
    private func prepare(_ ledger: SQLiteLedger, _ opened: OpenedIssuers) async throws {
        if let path = configuration.ledger.anchor { try StartingState(directory: directory).checkIsOutside(path) }
        guard !recovers else {
            return try await Recovery(
                directory: directory, configuration: configuration, opened: opened, ledger: ledger, folders: publishedElsewhere,
                logger: logger
            ).run()
        }
        let state = StartingState(directory: directory)
        let anchor = configuration.ledger.anchor.map { LedgerAnchor(path: $0) }
        if let anchor, try anchor.read() == nil { logger.warning("there is no anchor yet", metadata: ["path": "\(anchor.path)"]) }
        try await state.checkAge(of: ledger, anchor: anchor)
        var found = FoundLists(opened)
        for folder in configuration.ledger.published { try found.look(in: folder, mustHelp: false) }
        for folder in publishedElsewhere { try found.look(in: folder, mustHelp: true) }
        for doubt in found.doubts { logger.warning("not believed", metadata: ["what": "\(doubt)"]) }
        try await state.check(ledger, against: found)
    }

    private func serve(
        _ opened: OpenedIssuers, _ loading: PolicyLoading, _ policies: Policies, _ ledger: SQLiteLedger
    ) async throws {
        let published = PublishedDirectory(path: directory.published)
        checkOpenFiles()
        let clock = try await StartingClock(ledger: ledger, directory: directory, isTrusted: trustsClock, logger: logger).open()
        try DurableFile.makeDirectory(directory.published, mode: 0o755)
        try removeLeftovers()
        try published.publishCertificates([("root", opened.root)] + opened.issuers.map { ($0.name, $0.certificate) })
        let publisher = RevocationListPublisher(
            issuers: opened.issuers, ledger: ledger, directory: published, schedule: .init(configuration.crl),
            clock: clock.listClock, trustsClock: trustsClock, logger: logger)
        // Before anybody asks: alarms know it.
        try await publisher.readRoot()
        let publication = PublicationService(publisher: publisher, clock: PauseClock())
        let authority = Authority(
            ledger: ledger, policies: policies, clock: clock.wallClock, randomness: System.randomness, logger: logger,
            idempotencyLife: configuration.limits.idempotency,
            isRevoked: { publisher.rootList?.contains($0.certificate.serialNumber) ?? false }, revoked: { _ in publication.revoked() })
        let anchoring = configuration.ledger.anchor.map {
            AnchorKeeping(
                anchor: LedgerAnchor(path: $0), ledger: ledger, published: published, clock: PauseClock(), logger: logger)
        }
        let alarms = alarms(authority, publisher, ledger, clock, anchoring, root: opened.root)
        let (tls, certificate) = try await tls(authority)
        let api = try apiListener(authority, ledger, publisher, opened, clock: clock.wallClock, tls: tls, alarms: alarms)
        let services: [any Service] =
            (anchoring.map { [$0] } ?? []) + [
                publication, certificate,
                Housekeeping(authority: authority, clock: PauseClock(), logger: logger, alarms: alarms),
                PolicyReload(authority: authority, loading: loading, logger: logger), publicListener(), api,
            ]
        // Whichever fails, the others stop as on SIGTERM: requests in flight are answered, and no connection is cancelled.
        let group = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        do {
            try await ServiceGroup(
                configuration: .init(services: group, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            ).run()
        } catch {
            await anchoring?.write(always: true)
            throw error
        }
        await anchoring?.write(always: true)
    }

    /// What programs that were killed left. The ledger is ours: no restore is under way.
    private func removeLeftovers() throws {
        try DurableFile.removeLeftovers(in: directory.published)
        for path in [directory.adminToken, directory.restoredMark, "\(directory.path)/.probe"] { try DurableFile.removeLeftovers(of: path) }
        try Restore.removeLeftovers(in: directory)
        guard let anchor = configuration.ledger.anchor else { return }
        do { try DurableFile.removeLeftovers(of: anchor) } catch {
            // Its place may be away for now, which its own alarm says; the CA serves without.
            logger.warning("not tidied beside the anchor", metadata: ["reason": "\(error)"])
        }
    }

    private func tls(_ authority: Authority) async throws -> (ServerTLS, ServerCertificate) {
        let hostNames = configuration.hostnames.map(\.description)
        let material = try await authority.firstServerCertificate(hostNames: hostNames)
        let tls = try ServerTLS(ServerIdentity(material))
        let service = ServerCertificate(
            authority: authority, hostNames: hostNames, renewAt: material.renewAt, clock: PauseClock(), logger: logger
        ) { try tls.swap(to: ServerIdentity($0)) }
        return (tls, service)
    }

    private func apiListener(
        _ authority: Authority, _ ledger: SQLiteLedger, _ publisher: RevocationListPublisher, _ opened: OpenedIssuers, clock: WallClock,
        tls: ServerTLS, alarms: @escaping @Sendable () async -> [Alarm]
    ) throws -> HTTPListener {
        let entries = (opened.issuers.map { ($0.name, $0.certificate, $0.chain) } + [("root", opened.root, [opened.root])]).map {
            let locations = Issuer.Locations(publicURL: configuration.publicURL.description, issuer: $0.0)
            return IssuerDirectory.Entry(
                name: $0.0, certificate: $0.1, chain: $0.2, crlURL: locations.crl, certificateURL: locations.certificate)
        }
        let published = PublishedDirectory(path: directory.published)
        guard let issuers = IssuerDirectory(entries: entries, standard: IssuerName.devices, published: published) else {
            throw OperatorError(summary: "there is no issuer devices", remedy: "restore DIR/issuers")
        }
        let authentication = Authentication(
            Authenticator(ledger: ledger), now: { clock.seconds }, refused: authority.auditFailedAuthentication)
        let api = VaultAPI(
            authority: authority, authentication: authentication, now: { clock.seconds }, issuers: issuers,
            bodyLimit: configuration.limits.requestBytes, alarms: alarms)
        return HTTPListener(
            address: configuration.listen, tls: tls, limits: limits,
            responder: try Router(api.routes()),
            environment: System.listenerEnvironment.judging { await authentication.standing(ofCertificate: $0) },
            logger: logger, onBound: announce("https", configuration.listen.host))
    }

    private func isDiskFull() -> Bool {
        do { try DurableFile.probe(directory.path) } catch { return error.isFullDisk }
        return false
    }

    /// nil where a certificate cannot be made either: then nobody can ask the API.
    private func makeStandIn() async -> StandInCertificate? {
        do {
            let opened = try OpenedIssuers(directory, configuration: configuration, environment: environment)
            let policies = try PolicyLoading(
                directory: directory, configuration: configuration, issuers: opened.issuers, ownKeys: opened.ownKeys
            ).load()
            return try await StandInCertificate(
                policies: policies, hostNames: configuration.hostnames.map(\.description), logger: logger)
        } catch {
            logger.critical("the API is not served meanwhile", metadata: ["error": "\(OperatorError(error))"])
            return nil
        }
    }

    /// Serves the published files, and an API that refuses everything, until the disk has space.
    /// - Returns: false when the program is told to end before.
    private func servePublished(_ standIn: StandInCertificate?) async throws -> Bool {
        let waiting = SpaceWaiting(clock: PauseClock()) { isDiskFull() }
        var services: [any Service] = [publicListener(), waiting]
        if let standIn {
            let alarm = Alarm("disk_full", "the disk is full: nothing is done but to publish the CRLs that there are")
            let routes = VaultAPI.routes(instead: alarm, remedy: "the administrator frees some space", now: { System.clock.seconds })
            services.append(
                HTTPListener(
                    address: configuration.listen, tls: try ServerTLS(standIn.identity), limits: limits, responder: try Router(routes),
                    environment: System.listenerEnvironment, logger: logger, onBound: announce("https", configuration.listen.host)))
        }
        try await ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
        return waiting.hasEnded
    }

    private func publicListener() -> some Service {
        makeRevocationListener(
            address: configuration.publicListen, directory: directory.published, environment: System.listenerEnvironment,
            limits: limits, logger: logger, onBound: announce("http", configuration.publicListen.host))
    }

    /// Of each listener; what the system's bound of open files leaves.
    private var connections: Int { OpenFileLimit.connections(wanted: configuration.limits.connections, listeners: 2) }

    private func checkOpenFiles() {
        guard connections < configuration.limits.connections else { return }
        logger.warning(
            "the system's limit of open files allows fewer connections than limits.connections: raise LimitNOFILE",
            metadata: ["connections": "\(connections)", "configured": "\(configuration.limits.connections)"])
    }

    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = connections
        limits.bodies = max(limits.bodies, 4 * configuration.limits.requestBytes)
        limits.expectedBody = configuration.limits.requestBytes
        return limits
    }

    private func announce(_ scheme: String, _ host: String) -> @Sendable (Int) async -> Void {
        { port in logger.info("listening", metadata: ["address": "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"]) }
    }

    /// An alarm that begins is told at once, not with the next hourly look.
    private func report(_ failure: LedgerError?) {
        guard let failure else { return logger.notice("the ledger can be written again") }
        let alarm = Self.alarm(of: failure)
        logger.critical("alarm", metadata: ["code": "\(alarm.code)", "what": "\(alarm.text)"])
    }

    private static func alarm(ofLog octets: Int, path: String) -> Alarm {
        let who = "a program holds an old state of it (a backup, verify, sqlite3): fuser -v \(path)-wal tells which, end it"
        return Alarm("ledger_log_overlong", "the ledger's log has grown to \(octets >> 20) MiB: \(who)")
    }

    private static func alarm(of failure: LedgerError) -> Alarm {
        Alarm("ledger_not_writable", "the ledger cannot be written: \(failure.cause)")
    }

    private func alarms(
        _ authority: Authority, _ publisher: RevocationListPublisher, _ ledger: SQLiteLedger, _ clock: GuardedClock,
        _ anchoring: AnchorKeeping?, root: CertificateDocument
    ) -> @Sendable () async -> [Alarm] {
        {
            let faults = publisher.faults.sorted { $0.key < $1.key }.map {
                Alarm("crl_not_published", "CRL of \($0.key): \($0.value.summary)")
            }
            let writing = ledger.writeFailure.map { [Self.alarm(of: $0)] } ?? []
            let checkpoint = ledger.checkpointFailure.map { [Alarm("ledger_log_grows", "the ledger's log grows: \($0)")] } ?? []
            let moved = ledger.displacement.map { [Alarm("ledger_moved", $0.cause)] } ?? []
            let overlong = ledger.overlongLog.map { [Self.alarm(ofLog: $0, path: directory.ledger)] } ?? []
            let forks = await authority.forkAlarms()
            return clock.alarms + authority.alarms(root: root, rootCRL: publisher.rootList) + forks + faults + moved + writing
                + checkpoint + overlong
                + (anchoring?.alarms ?? [])
        }
    }
}

extension ServerIdentity {
    init(_ material: ServerCertificate.Material) {
        self.init(certificateChain: material.chain.map(\.der), privateKeyPEM: material.key.pem)
    }
}
