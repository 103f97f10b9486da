import Access
import Issuance
import Ledger
package import Logging
package import PKI
import Publication
import ServiceLifecycle

/// Gives the CA's own HTTPS listener its certificate, and a new one long before it ends. The key is made here and stays in memory.
package struct ServerCertificate: Service {
    /// A chain and its key, ready to serve.
    package struct Material: Sendable {
        /// Leaf first, root left out.
        package let chain: [CertificateDocument]
        package let key: PrivateKey
        /// Time at which to replace it, seconds since 1970.
        package let renewAt: Int64
    }

    private let authority: Authority
    private let hostNames: [String]
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let install: @Sendable (Material) throws -> Void

    /// Seconds until a failed rotation is tried again.
    private static let retry: Int64 = 60

    private let firstRenewal: Int64

    /// - Parameters:
    ///   - renewAt: when the certificate in use is to be replaced, seconds since 1970.
    ///   - install: puts new material in force for the connections that follow.
    package init(
        authority: Authority, hostNames: [String], renewAt: Int64, clock: any Clock<Duration>, logger: Logger,
        install: @escaping @Sendable (Material) throws -> Void
    ) {
        self.authority = authority
        self.hostNames = hostNames
        firstRenewal = renewAt
        self.clock = clock
        self.logger = logger
        self.install = install
    }

    package func run() async throws {
        var renewAt = firstRenewal
        // Short naps: the wall clock decides, and it may be set while we sleep.
        while await sleepUnlessShuttingDown(.seconds(max(1, min(30, renewAt - authority.clock.seconds))), clock) {
            guard authority.clock.seconds >= renewAt else { continue }
            do {
                let material = try await authority.certifyServer(hostNames: hostNames)
                try install(material)
                logger.info("server certificate rotated", metadata: ["serial": "\(material.chain[0].serialNumber)"])
                renewAt = material.renewAt
            } catch {
                logger.error("server certificate not rotated; the old one goes on", metadata: ["error": "\(error)"])
                renewAt = authority.clock.seconds + Self.retry
            }
        }
    }
}

extension Authority {
    /// A certificate of the reserved profile for the CA's own names, with a new key: the listener starts with it.
    package func firstServerCertificate(hostNames: [String]) async throws(AuthorityError) -> ServerCertificate.Material {
        try await certifyServer(hostNames: hostNames)
    }

    fileprivate func certifyServer(hostNames: [String]) async throws(AuthorityError) -> ServerCertificate.Material {
        let maker = policies.maker
        guard let profile = maker.profiles.server else { throw .issuance(.unknownRole("server", known: maker.profiles.roleNames)) }
        let names = NameRequest(names: hostNames.map(generalName(ofHost:)))
        let key: PrivateKey
        do { key = try PrivateKey.generate(.p256) } catch { throw .signing(.signerFailed("\(error)")) }
        let certified = try await certify(own: names, key: key, profile: profile, maker: maker)
        do {
            let leaf = try CertificateDocument(der: certified.record.der)
            return ServerCertificate.Material(
                chain: [leaf] + certified.issuer.chain.dropLast(), key: key, renewAt: certified.renewAt)
        } catch { throw .signing(.undecodable("\(error)")) }
    }
}
