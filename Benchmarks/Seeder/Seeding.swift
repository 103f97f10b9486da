import Authority
import Crypto
import Foundation
import Issuance
import Ledger
import PKI
import SQLiteLedger
import ServerAssembly

/// Signs on all cores while the ledger's one writer records what was signed before.
struct Seeding: Sendable {
    /// Certificates that are signed, recorded and revoked together: the ledger puts what arrives together into one transaction.
    private static let portion = 512

    private let maker: CertificateMaker
    private let ledger: SQLiteLedger
    private let profile: CertificateProfile
    /// All certificates share a key: a new one for each would cost more than all the rest.
    private let publicKey: SubjectPublicKey
    private let quota: Quota

    /// - Parameter progress: told, now and then, how many certificates there are.
    init(_ opened: OpenedAuthority, certificates: Int, revoked: Int, progress: @escaping @Sendable (Int) -> Void) throws {
        maker = opened.maker
        ledger = opened.ledger
        profile = try opened.maker.role("device")
        publicKey = try SubjectPublicKey(der: Array(P256.Signing.PrivateKey().publicKey.derRepresentation))
        quota = Quota(certificates: certificates, revoked: revoked, progress: progress)
    }

    /// Returns when all is durable.
    func run() async throws {
        // Two portions a core: while one is in the writer's hands the other is being signed.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
                group.addTask {
                    while let portion = quota.take(atMost: Self.portion) { try await write(portion) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func write(_ portion: Quota.Portion) async throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var issuances: [IssuanceRecord] = []
        for _ in 0..<portion.certificates { issuances.append(try await issuance(now: now)) }
        try await together(issuances) { _ = try await ledger.record($0, now: UnixTime(milliseconds: now)) }
        try await together(issuances.prefix(portion.revoked).map { revocation(of: $0.certificate, now: now) }) {
            _ = try await ledger.revoke($0)
        }
    }

    private func together<Item: Sendable>(_ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for item in items { group.addTask { try await work(item) } }
        }
    }

    /// - Parameter now: milliseconds since 1970.
    private func issuance(now: Int64) async throws -> IssuanceRecord {
        var generator = SystemRandomNumberGenerator()
        let names = NameRequest(commonName: UUID().uuidString.lowercased(), organizationalUnit: "sensor")
        let (plan, _) = try maker.plan(
            names, publicKey: publicKey, profile: profile, ttl: nil, now: UnixTime(milliseconds: now), using: &generator)
        let record = CertificateRecord(
            try await maker.make(plan), issuer: try maker.issuer(of: profile).name, requester: Self.principal)
        let event = event(.sign, record.identity.description, now: now, details: ["profile": profile.name])
        return IssuanceRecord(certificate: record, claim: .token(exclusive: profile.renewal.exclusive), audit: event)
    }

    private func revocation(of certificate: CertificateRecord, now: Int64) -> RevocationOrder {
        let reason = RevocationReason.superseded
        let event = event(.revoke, certificate.serialNumber.description, now: now, details: ["reason": reason.name])
        return RevocationOrder(
            serialNumber: certificate.serialNumber, reason: reason, date: UnixTime(milliseconds: now), suspendsIdentity: false, audit: event
        )
    }

    private static let principal = "token:seeder"

    private func event(_ action: AuditAction, _ resource: String, now: Int64, details: [String: String]) -> AuditEvent {
        AuditEvent(
            timestamp: now, principal: Self.principal, action: action, resource: resource, result: .allowed, ipAddress: "127.0.0.1",
            userAgent: "", details: details)
    }
}
