import Access
import Authority
import HTTPFront
import Ledger
import Logging
import PKI
import SQLiteLedger

/// The API's certificate for a time in which no ledger can be written: it is recorded as soon as one can, and logged at once (decision 70).
struct StandInCertificate {
    let identity: ServerIdentity
    private let certificate: CertificateRecord

    init(policies: Policies, hostNames: [String], logger: Logger) async throws {
        let memory = try SQLiteLedger.inMemory()
        let authority = Authority(
            ledger: memory, policies: policies, clock: System.clock, randomness: System.randomness, logger: logger, revoked: { _ in })
        let material = try await authority.firstServerCertificate(hostNames: hostNames)
        guard let certificate = try await memory.certificate(material.chain[0].serialNumber) else {
            throw LedgerError.certificateUnknown(material.chain[0].serialNumber)
        }
        await memory.close()
        self.certificate = certificate
        identity = ServerIdentity(material)
        logger.warning(
            "the API has a certificate that the ledger does not know yet", metadata: ["serial": "\(certificate.serialNumber)"])
    }

    /// Once, however often a start fails after it.
    func record(in ledger: SQLiteLedger) async throws {
        guard try await ledger.certificate(certificate.serialNumber) == nil else { return }
        let now = System.clock.milliseconds()
        let event = AuditEvent(
            timestamp: now, principal: "system", action: .serverCertificate, resource: certificate.identity.description, result: .allowed,
            ipAddress: "", userAgent: "", details: ["profile": certificate.profile, "made_without_ledger": "true"])
        _ = try await ledger.record(IssuanceRecord(certificate: certificate, claim: .own, audit: event), now: now / 1000)
    }
}
