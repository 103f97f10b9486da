package import Authority
package import Ledger
package import Logging
package import PKI
import Publication
import ServiceLifecycle

/// Replaces the certificate of the CA's own HTTPS listener long before it ends.
package struct CertificateRotation: Service {
    private let authority: Authority
    private let hostNames: [String]
    private let firstRenewal: UnixTime
    private let clock: WallClock
    private let pauses: any Clock<Duration>
    private let logger: Logger
    private let install: @Sendable (OwnCertificate) throws -> Void

    /// Seconds until a failed rotation is tried again.
    private static let retry: Int64 = 60

    /// - Parameters:
    ///   - renewAt: when the certificate in use is to be replaced.
    ///   - install: puts new material in force for the connections that follow.
    package init(
        authority: Authority, hostNames: [String], renewAt: UnixTime, clock: WallClock, pauses: any Clock<Duration>, logger: Logger,
        install: @escaping @Sendable (OwnCertificate) throws -> Void
    ) {
        (self.authority, self.hostNames) = (authority, hostNames)
        firstRenewal = renewAt
        (self.clock, self.pauses, self.logger, self.install) = (clock, pauses, logger, install)
    }

    package func run() async throws {
        var renewAt = firstRenewal
        // Short sleeps: the wall clock decides, and it may be set meanwhile.
        while await sleepUnlessShuttingDown(.seconds(max(1, min(30, renewAt - clock.now))), pauses) {
            guard clock.now >= renewAt else { continue }
            do {
                let material = try await authority.certifyItself(hostNames: hostNames)
                try install(material)
                logger.info("server certificate rotated", metadata: ["serial": "\(material.chain[0].serialNumber)"])
                renewAt = material.renewAt
            } catch {
                logger.error("server certificate not rotated; the old one goes on", metadata: ["error": "\(error)"])
                renewAt = clock.now + Self.retry
            }
        }
    }
}
