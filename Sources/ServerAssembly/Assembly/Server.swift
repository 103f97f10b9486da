import APISchema
import Access
import Authority
import DurableFiles
import HTTPFront
import Issuance
import Ledger
import Logging
import PKI
import RevocationServer
import SQLiteLedger
import ServiceLifecycle
import UnixSignals
import VaultAPI

/// A running CA: configuration becomes objects, objects become one ServiceGroup. No logic.
struct Server {
    let directory: DataDirectory
    let configuration: ServerConfiguration
    let environment: ServerEnvironment
    let logger: Logger

    /// Serves until SIGTERM or SIGINT, then finishes what is under way.
    func run() async throws {
        let opened = try OpenedIssuers(directory, configuration: configuration, environment: environment)
        let loading = PolicyLoading(
            directory: directory, configuration: configuration, issuers: opened.issuers, ownKeys: opened.ownKeys)
        let policies = try loading.load()
        try StartingState(directory: directory).checkFiles()
        let ledger = try SQLiteLedger.open(path: directory.ledger)
        do {
            try await StartingState(directory: directory).checkHead(of: ledger)
            try await serve(opened, loading, policies, ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
        logger.info("stopped")
    }

    private func serve(
        _ opened: OpenedIssuers, _ loading: PolicyLoading, _ policies: Policies, _ ledger: SQLiteLedger
    ) async throws {
        let published = PublishedDirectory(path: directory.published)
        try DurableFile.makeDirectory(directory.published, mode: 0o755)
        try published.publishCertificates([("root", opened.root)] + opened.issuers.map { ($0.name, $0.certificate) })
        let publisher = RevocationListPublisher(
            issuers: opened.issuers, ledger: ledger, directory: published, schedule: .init(configuration.crl), clock: System.clock,
            logger: logger)
        // Before anybody asks: readers and alarms know the lists that are there.
        await publisher.refreshIndex()
        let publication = PublicationService(publisher: publisher, clock: ContinuousClock())
        let authority = Authority(
            ledger: ledger, policies: policies, clock: System.clock, randomness: System.randomness, logger: logger,
            idempotencyLife: configuration.limits.idempotency, revoked: { _ in publication.revoked() })
        let alarms = alarms(authority, publisher, ledger, root: opened.root)
        let (tls, certificate) = try await tls(authority, opened)
        let api = try apiListener(authority, ledger, publisher, opened, tls: tls, alarms: alarms)
        let services: [any Service] = [
            publication, certificate,
            Housekeeping(authority: authority, clock: ContinuousClock(), logger: logger, alarms: alarms),
            PolicyReload(authority: authority, loading: loading, logger: logger), publicListener(), api,
        ]
        try await ServiceGroup(
            configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }

    private func tls(_ authority: Authority, _ opened: OpenedIssuers) async throws -> (ServerTLS, ServerCertificate) {
        let trusted = [opened.root.der] + opened.issuers.map(\.certificate.der)
        let hostNames = configuration.hostnames.map(\.description)
        let material = try await authority.firstServerCertificate(hostNames: hostNames)
        let tls = try ServerTLS(ServerIdentity(material, trustRoots: trusted))
        let service = ServerCertificate(
            authority: authority, hostNames: hostNames, renewAt: material.renewAt, clock: ContinuousClock(), logger: logger
        ) { try tls.swap(to: ServerIdentity($0, trustRoots: trusted)) }
        return (tls, service)
    }

    private func apiListener(
        _ authority: Authority, _ ledger: SQLiteLedger, _ publisher: RevocationListPublisher, _ opened: OpenedIssuers, tls: ServerTLS,
        alarms: @escaping @Sendable () async -> [String]
    ) throws -> HTTPListener<APIResponder> {
        let entries = (opened.issuers.map { ($0.name, $0.certificate, $0.chain) } + [("root", opened.root, [opened.root])]).map {
            let locations = Issuer.Locations(publicURL: configuration.publicURL.description, issuer: $0.0)
            return IssuerDirectory.Entry(
                name: $0.0, certificate: $0.1, chain: $0.2, crlURL: locations.crl, certificateURL: locations.certificate)
        }
        guard let issuers = IssuerDirectory(entries: entries, standard: IssuerName.devices, newestList: publisher.list) else {
            throw OperatorError(summary: "there is no issuer devices", remedy: "restore DIR/issuers")
        }
        let router = makeAPIRouter()
        VaultAPI(
            authority: authority, authenticator: Authenticator(ledger: ledger), now: { System.clock.seconds }, issuers: issuers,
            bodyLimit: configuration.limits.requestBytes, alarms: alarms
        ).addRoutes(to: router)
        return HTTPListener(
            address: configuration.listen, tls: tls, limits: limits,
            responder: APIResponder(router: router), environment: System.listenerEnvironment, logger: logger,
            onBound: announce("https", configuration.listen.host))
    }

    private func publicListener() -> some Service {
        makeRevocationListener(
            address: configuration.publicListen, directory: directory.published, environment: System.listenerEnvironment,
            limits: limits, logger: logger, onBound: announce("http", configuration.publicListen.host))
    }

    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = configuration.limits.connections
        limits.expectedBody = configuration.limits.requestBytes
        return limits
    }

    private func announce(_ scheme: String, _ host: String) -> @Sendable (Int) async -> Void {
        { port in logger.info("listening", metadata: ["address": "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"]) }
    }

    private func alarms(
        _ authority: Authority, _ publisher: RevocationListPublisher, _ ledger: SQLiteLedger, root: CertificateDocument
    ) -> @Sendable () async -> [String] {
        {
            let faults = publisher.faults.sorted { $0.key < $1.key }.map { "CRL of \($0.key): \($0.value.summary)" }
            let checkpoint = ledger.checkpointFailure.map { ["the ledger's log grows: \($0)"] } ?? []
            return authority.alarms(root: root, rootCRL: publisher.list(of: IssuerName.root)) + faults + checkpoint
        }
    }
}

extension ServerIdentity {
    fileprivate init(_ material: ServerCertificate.Material, trustRoots: [[UInt8]]) {
        self.init(certificateChain: material.chain.map(\.der), privateKeyPEM: material.key.pem, trustRoots: trustRoots)
    }
}
