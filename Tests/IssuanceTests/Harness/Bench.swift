import Issuance
import PKI
import PolicyFiles
import Synchronization
import TestKit

/// A maker of certificates over throw-away CAs at a fixed time, with the use of the CA keys counted.
struct Bench {
    let ca: ThrowAwayCA
    let maker: CertificateMaker
    let signings: Tally
    let now: UnixTime

    static let uuid = "6b0f8a3e-1c52-4a8e-9d0c-2f1f5f6f7a10"
    static let publicURL = "http://ca.test:8080"

    /// - Parameters:
    ///   - now: the CAs are ten years old at most.
    ///   - profiles: file texts by path, instead of or beside the standard ones.
    ///   - issuersStart: notBefore of the CAs; nil for a day before `now`.
    init(
        now: UnixTime = ThrowAwayCA.now, profiles: [String: String] = [:], hostNames: [String] = ["ca.internal", "10.0.0.5", "127.0.0.1"],
        issuersStart: UnixTime? = nil
    ) throws {
        let ca = try ThrowAwayCA(now: issuersStart.map { $0 + 86_400 } ?? now)
        let signings = Tally()
        let issuers = try [("devices", ca.devices), ("services", ca.services)].map { name, issuer in
            try makeIssuer(name, issuer.certificate, key: issuer.key, root: ca.root.certificate, counting: signings)
        }
        let set = try ProfileSet(
            files: ProfileTexts.all.merging(profiles) { _, new in new }, lists: ProfileTexts.lists,
            issuers: ["devices": .issuing, "services": .issuing])
        maker = CertificateMaker(
            profiles: set, issuers: issuers, reserved: ReservedNames(hostNames: hostNames),
            ownKeys: Set([ca.root, ca.devices, ca.services].map(\.key.publicKey.sha256)))
        (self.ca, self.signings, self.now) = (ca, signings, now)
    }

    /// Plans a certificate; the serial number is the same for the same seed.
    func plan(
        _ request: NameRequest, role: String = "device", key: SubjectPublicKey? = nil, ttl: Int64? = nil, at time: UnixTime? = nil,
        seed: UInt64 = 1
    ) throws -> (plan: CertificatePlan, warnings: [String]) {
        var generator = SeededGenerator(seed: seed)
        let publicKey = try key ?? request.csr?.publicKey ?? Keys.p256.publicKey
        let (plan, warnings) = try maker.plan(
            request, publicKey: publicKey, profile: maker.role(role), ttl: ttl, now: time ?? now, using: &generator)
        return (plan, warnings)
    }

    /// Plans, makes and reads back a certificate.
    func issue(
        _ request: NameRequest, role: String = "device", key: SubjectPublicKey? = nil, ttl: Int64? = nil, at time: UnixTime? = nil
    ) async throws -> CertificateDocument {
        try await CertificateDocument(der: maker.make(plan(request, role: role, key: key, ttl: ttl, at: time).plan).der)
    }

    /// Why a request is refused; nil when it is not.
    func refusal(_ request: NameRequest, role: String = "device", key: SubjectPublicKey? = nil, ttl: Int64? = nil) throws
        -> IssuanceRefusal?
    {
        do {
            _ = try plan(request, role: role, key: key, ttl: ttl)
            return nil
        } catch let refusal as IssuanceRefusal {
            return refusal
        }
    }

    /// What `openssl verify -x509_strict` says of a leaf at a time.
    func verification(of leaf: CertificateDocument, at time: UnixTime? = nil, options: [String] = []) throws -> CommandResult {
        let directory = try TemporaryDirectory()
        return try run(
            "openssl",
            [
                "verify", "-x509_strict", "-attime", "\((time ?? now).seconds)",
            ] + options + [
                "-CAfile", directory.write(ca.root.certificate.pem, to: "root.pem"),
                "-untrusted", directory.write(ca.devices.certificate.pem + ca.services.certificate.pem, to: "issuing.pem"),
                directory.write(leaf.pem, to: "leaf.pem"),
            ])
    }
}

/// A count that closures share.
final class Tally: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}

/// An issuing CA as the code under test takes it.
/// - Parameters:
///   - tally: counts the use of the key.
///   - sign: stands in for the key.
func makeIssuer(
    _ name: String, _ certificate: CertificateDocument, key: PrivateKey, root: CertificateDocument, counting tally: Tally = Tally(),
    sign: StandInSigner.Signature? = nil
) throws -> Issuer {
    try ThrowAwayIssuer(key: key, certificate: certificate).issuer(name, root: root) { message throws(SigningFailure) in
        tally.add()
        guard let sign else { return try key.sign(message) }
        return try await sign(message)
    }
}
