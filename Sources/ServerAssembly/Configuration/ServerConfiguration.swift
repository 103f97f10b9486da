package import HTTPFront
package import Logging
import PKI

/// Everything `serve` is told, read once and known to be usable. `DIR/config.yaml`, then secret files, then the environment, then options.
package struct ServerConfiguration: Sendable, Equatable {
    /// How much is taken in at once.
    package struct Limits: Sendable, Equatable {
        /// Open connections on each listener.
        package var connections = 10_000
        /// Octets of a request's body.
        package var requestBytes = 256 * 1024
        /// Seconds that a request with an Idempotency-Key is remembered.
        package var idempotency: Int64 = 86_400
    }

    /// When CRLs are made and how long they are good for, in seconds.
    package struct CRLSchedule: Sendable, Equatable {
        /// The longest time between two builds.
        package var refresh: Int64 = 15 * 60
        /// From now to nextUpdate.
        package var lifetime: Int64 = 7 * 86_400
        /// From thisUpdate to now, for clocks that are behind.
        package var backdate: Int64 = 2 * 60
    }

    /// Detection of an old ledger: where its newest state is noted and looked up at a start.
    package struct RollbackDetection: Sendable, Equatable {
        /// A file outside the data directory that the server keeps up to date; nil: none.
        package var anchor: String?
        /// Folders with copies of published lists, such as a crl-publisher's.
        package var published: [String] = []
    }

    /// Organizations certificates may be issued for, at least one; the first is the CA's own.
    package var organizations: [OrganizationName]
    /// Domains below which services may have names.
    package var serviceDomains: [DomainName]
    /// What the plain HTTP listener is reached as from outside.
    package var publicURL: PublicURL
    /// Names and addresses of the server's own certificate, at least one.
    package var hostnames: [HostName]
    /// The HTTPS listener.
    package var listen: ListenAddress
    /// The plain HTTP listener for CRLs and issuer certificates.
    package var publicListen: ListenAddress
    /// Bounds on what peers may take.
    package var limits: Limits
    /// When revocation lists are made.
    package var crl: CRLSchedule
    /// What knows how old the ledger is, beside the ledger.
    package var ledger: RollbackDetection
    /// What is logged at least.
    package var logLevel: Logger.Level
}

extension ServerConfiguration {
    /// What a file without any field would say, but for its organizations: without one a configuration is refused.
    static let unset = ServerConfiguration(
        organizations: [], serviceDomains: [.internal], publicURL: .loopback,
        hostnames: [.domain(.localhost)] + ["127.0.0.1", "::1"].compactMap { IPAddress(text: $0) }.map { .address($0) },
        listen: ListenAddress(host: "127.0.0.1", port: 8443), publicListen: ListenAddress(host: "127.0.0.1", port: 8080),
        limits: Limits(), crl: CRLSchedule(), ledger: RollbackDetection(), logLevel: .info)

    /// The configuration `init` writes: what its options say, and defaults for the rest.
    /// - Parameters: texts as given on the command line; an empty list or nil means the default.
    package init(
        organizations: [String], serviceDomains: [String], publicURL: String?, hostnames: [String]
    ) throws(ConfigurationError) {
        self = .unset
        guard !organizations.isEmpty else {
            let setting = InvalidSetting("an organization is missing", remedy: "name at least one, as in --organization NAME")
            throw .option(name: "--organization", setting)
        }
        try assign("organizations", organizations, option: "--organization")
        if !serviceDomains.isEmpty { try assign("service_domains", serviceDomains, option: "--service-domain") }
        if let publicURL { try assign("public_url", [publicURL], option: "--public-url") }
        if !hostnames.isEmpty { try assign("hostnames", hostnames, option: "--hostname") }
        if let (_, _, fault) = contradictions.first { throw .option(name: "--hostname", fault) }
    }

    /// The same configuration with the addresses given to `serve` as options; nil leaves one alone.
    package func overriding(listen: String?, publicListen: String?) throws(ConfigurationError) -> ServerConfiguration {
        var changed = self
        if let listen { try changed.assign("listen", [listen], option: "--listen") }
        if let publicListen { try changed.assign("public", [publicListen], option: "--public") }
        if let (_, _, fault) = changed.contradictions.first { throw .option(name: "--public", fault) }
        return changed
    }

    private mutating func assign(_ name: String, _ texts: [String], option: String) throws(ConfigurationError) {
        for setting in Setting.all where setting.name == name {
            do throws(InvalidSetting) { try setting.assign(&self, texts) } catch { throw .option(name: option, error) }
        }
    }
}
