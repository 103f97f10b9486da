import Access
import Authority
import HTTPFront
import Issuance
import Ledger
import Logging
import Operations
import PKI
import Pauses
import PublicServer
import Publication
import SQLiteLedger
import ServiceLifecycle
import VaultAPI

/// The two listeners of a configuration.
struct Listeners {
    let directory: DataDirectory
    let configuration: ServerConfiguration
    let logger: Logger

    /// The HTTPS API of a running CA, and the paths of its endpoints.
    func api(
        _ authority: Authority, _ ledger: SQLiteLedger, _ opened: OpenedIssuers, clock: WallClock, tls: ServerTLS, alarms: Alarms,
        limiter: RequestLimiter
    ) throws -> (HTTPListener, served: Set<String>) {
        if limits.connections < configuration.limits.connections {
            logger.warning(
                "the system's limit of open files allows fewer connections than limits.connections: raise LimitNOFILE",
                metadata: ["connections": "\(limits.connections)", "configured": "\(configuration.limits.connections)"])
        }
        let authentication = Authentication(
            Authenticator(ledger: ledger), now: { clock.now }, refused: authority.auditFailedAuthentication)
        let api = VaultAPI(
            authority: authority, authentication: authentication, limiter: limiter, now: { clock.now }, issuers: try issuers(opened),
            bodyLimit: configuration.limits.requestBytes, alarms: alarms.current)
        let router = try Router(api.routes())
        let listener = listener(router, tls, System.listenerEnvironment.judging { await authentication.standing(ofCertificate: $0) })
        return (listener, Set(router.endpoints.map(\.path)))
    }

    /// An API that answers every request with the alarm.
    func api(instead alarm: Alarm, remedy: String, tls: ServerTLS) throws -> HTTPListener {
        let routes = VaultAPI.routes(instead: alarm, remedy: remedy, now: { System.clock.now })
        return listener(try Router(routes), tls, System.listenerEnvironment)
    }

    /// The plain HTTP listener of the published files.
    func published() -> some Service {
        makeRevocationListener(
            address: configuration.publicListen, directory: directory.published, environment: System.listenerEnvironment,
            limits: limits, logger: logger, onBound: announce("http", configuration.publicListen.host))
    }

    /// - Parameter router: of all front ends.
    private func listener(_ router: Router, _ tls: ServerTLS, _ environment: ListenerEnvironment) -> HTTPListener {
        HTTPListener(
            address: configuration.listen, tls: tls, limits: limits, responder: router, environment: environment,
            logger: logger, onBound: announce("https", configuration.listen.host))
    }

    private func issuers(_ opened: OpenedIssuers) throws -> IssuerDirectory {
        let chains =
            opened.issuers.map { ($0.name, $0.state, $0.certificate, $0.chain) }
            + [(IssuerName.root.description, .issuing, opened.root, [opened.root])]
        let entries = chains.map { name, state, certificate, chain in
            let locations = Issuer.Locations(publicURL: configuration.publicURL.description, issuer: name)
            return IssuerDirectory.Entry(
                name: name, state: state, certificate: certificate, chain: chain, crlURL: locations.crl,
                certificateURL: locations.certificate)
        }
        let published = PublishedDirectory(path: directory.published)
        let standard = opened.list.standard.description
        guard let issuers = IssuerDirectory(entries: entries, standard: standard, published: published) else {
            throw OperatorError(summary: "there is no issuer \(standard)", remedy: "correct 'default' in \(directory.issuerList)")
        }
        return issuers
    }

    /// Of each listener; connections are as many as the system's bound of open files leaves.
    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = OpenFileLimit.connections(wanted: configuration.limits.connections, listeners: 2)
        limits.bodies = max(limits.bodies, 4 * configuration.limits.requestBytes)
        limits.expectedBody = configuration.limits.requestBytes
        return limits
    }

    private func announce(_ scheme: String, _ host: String) -> @Sendable (Int) async -> Void {
        { [logger] port in
            logger.info("listening", metadata: ["address": "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"])
        }
    }
}

extension Server {
    /// The API's TLS with a certificate that the CA issued to itself, and the service that replaces it.
    func certificate(of authority: Authority, clock: WallClock) async throws -> (ServerTLS, CertificateRotation) {
        let hostNames = configuration.hostnames.map(\.description)
        let own = try await authority.certifyItself(hostNames: hostNames)
        let tls = try ServerTLS(ServerIdentity(own))
        let rotation = CertificateRotation(
            authority: authority, hostNames: hostNames, renewAt: own.renewAt, clock: clock, pauses: PauseClock(), logger: logger
        ) { try tls.swap(to: ServerIdentity($0)) }
        return (tls, rotation)
    }
}

extension ServerIdentity {
    init(_ own: OwnCertificate) {
        self.init(certificateChain: own.chain.map(\.der), privateKeyPEM: own.key.pem)
    }
}
