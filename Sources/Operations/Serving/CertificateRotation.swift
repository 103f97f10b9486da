package import Access
package import Authority
package import Ledger
package import Logging
package import PKI
import Publication
import SQLiteLedger
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

/// The API's certificate for a time in which no ledger can be written: it is recorded as soon as one can, and logged at once (decision 70).
package struct StandInCertificate: Sendable {
    package let material: OwnCertificate
    private let certificate: CertificateRecord
    private let clock: WallClock

    package init(
        policies: Policies, hostNames: [String], clock: WallClock, randomness: Randomness, logger: Logger
    ) async throws {
        let memory = try SQLiteLedger.inMemory()
        let authority = Authority(ledger: memory, policies: policies, clock: clock, randomness: randomness, logger: logger)
        material = try await authority.certifyItself(hostNames: hostNames)
        guard let certificate = try await memory.certificate(material.chain[0].serialNumber) else {
            throw LedgerError.certificateUnknown(material.chain[0].serialNumber)
        }
        await memory.close()
        self.certificate = certificate
        self.clock = clock
        logger.warning(
            "the API has a certificate that the ledger does not know yet", metadata: ["serial": "\(certificate.serialNumber)"])
    }

    /// Once, however often a start fails after it.
    package func record(in ledger: any IssuanceLedger & InventoryLedger) async throws {
        guard try await ledger.certificate(certificate.serialNumber) == nil else { return }
        let now = clock.milliseconds()
        let event = AuditEvent(
            timestamp: now, principal: "system", action: .serverCertificate, resource: certificate.identity.description, result: .allowed,
            ipAddress: "", userAgent: "", details: ["profile": certificate.profile, "made_without_ledger": "true"])
        _ = try await ledger.record(IssuanceRecord(certificate: certificate, claim: .own, audit: event), now: UnixTime(milliseconds: now))
    }
}
