import Issuance
import PKI
import TestKit
import Testing

/// A key that does not do what it should.
struct FaultySigner: CustomTestStringConvertible {
    let testDescription: String
    let fault: SigningFault
    let sign: @Sendable (_ message: ToBeSigned, _ key: PrivateKey) throws(SigningFailure) -> [UInt8]

    static let all: [FaultySigner] = [
        .init("flips a bit", .signatureInvalid) { message, key throws(SigningFailure) in
            var signature = try key.sign(message)
            signature[signature.count - 1] ^= 1
            return signature
        },
        .init("signs other bytes", .signatureInvalid) { _, key throws(SigningFailure) in
            try key.sign(ToBeSigned([0], by: key.algorithm.signature))
        },
        .init("signs with another key", .signatureInvalid) { message, _ throws(SigningFailure) in
            guard case .success(let other) = Keys.p256 else { throw SigningFailure(reason: "there is no other key") }
            return try other.sign(message)
        },
        .init("answers nothing", .signatureInvalid) { _, _ in [] },
        .init("answers the placeholder", .signatureInvalid) { _, _ in [0x30, 0x06, 2, 1, 0, 2, 1, 0] },
        .init("fails", .signerFailed("token removed")) { _, _ throws(SigningFailure) in throw SigningFailure(reason: "token removed") },
    ]

    init(
        _ name: String, _ fault: SigningFault,
        sign: @escaping @Sendable (_ message: ToBeSigned, _ key: PrivateKey) throws(SigningFailure) -> [UInt8]
    ) {
        (testDescription, self.fault, self.sign) = (name, fault, sign)
    }
}

@Suite struct `A CA key` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func faulty(_ row: FaultySigner) throws -> Issuer {
        let key = bench.ca.devices.key
        return try makeIssuer("devices", bench.ca.devices.certificate, key: key, root: bench.ca.root.certificate) {
            message throws(SigningFailure) in try row.sign(message, key)
        }
    }

    @Test(arguments: FaultySigner.all) func `that is faulty never makes a certificate`(row: FaultySigner) async throws {
        let profiles = bench.maker.profiles
        let maker = CertificateMaker(
            profiles: profiles, issuers: [try faulty(row)], reserved: ReservedNames(hostNames: []), ownKeys: [])
        let plan = try bench.plan(.device()).plan
        await #expect(throws: row.fault) { try await maker.make(plan) }
    }

    @Test(arguments: FaultySigner.all) func `that is faulty never makes a CRL`(row: FaultySigner) async throws {
        let issuer = try faulty(row)
        await #expect(throws: row.fault) {
            var list = GrowingRevocationList()
            try await issuer.sign(&list, number: 1, thisUpdate: bench.now, nextUpdate: bench.now + 60)
        }
    }

    @Test func `must belong to its certificate`() throws {
        let (devices, services) = (bench.ca.devices, bench.ca.services)
        #expect(throws: IssuerFault.keyMismatch("devices")) {
            try makeIssuer("devices", devices.certificate, key: services.key, root: bench.ca.root.certificate)
        }
    }

    @Test func `must have a CA's certificate`() throws {
        let key = try Keys.p256.get()
        let leaf = try bench.ca.devices.issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [0x41]), commonName: "leaf")
        #expect(throws: IssuerFault.notACA("devices")) {
            try makeIssuer("devices", leaf, key: key, root: bench.ca.root.certificate)
        }
    }

    @Test(arguments: [("keyCertSign", false), ("cRLSign", false), ("keyCertSign,cRLSign", true)])
    func `must be allowed to sign certificates and CRLs`(usage: String, usable: Bool) throws {
        let key = try Keys.p256.get()
        let directory = try TemporaryDirectory()
        let made = try run(
            "openssl",
            [
                "req", "-x509", "-key", directory.write(key.pem, to: "key.pem"), "-subj", "/CN=Other", "-addext",
                "keyUsage=critical,\(usage)", "-outform", "DER",
            ])
        let certificate = try CertificateDocument(der: made.standardOutput)
        if usable {
            _ = try makeIssuer("devices", certificate, key: key, root: certificate)
        } else {
            #expect(throws: IssuerFault.keyUsageMissing("devices")) {
                try makeIssuer("devices", certificate, key: key, root: certificate)
            }
        }
    }

    @Test(arguments: [Keys.ed25519, Keys.rsa]) func `of other types than P-256 and P-384 is refused`(key: Result<PrivateKey, any Error>)
        throws
    {
        let key = try key.get()
        #expect(throws: IssuerFault.keyTypeUnsupported(key.publicKey.algorithm.name)) {
            try IssuerKey(key)
        }
    }

    @Test func `is certified for nobody else`() throws {
        for key in [bench.ca.root.key, bench.ca.devices.key, bench.ca.services.key] {
            let csr = try request(Bench.uuid, organization: "Example", key: .success(key))
            #expect(try bench.refusal(NameRequest(csr: csr)) == .keyOfOurOwn)
        }
        #expect(bench.signings.value == 0)
    }
}
