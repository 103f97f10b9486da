package import Access
package import Authority
package import Ledger
package import Logging
import PKI
import SQLiteLedger

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
