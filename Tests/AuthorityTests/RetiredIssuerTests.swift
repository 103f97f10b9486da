import Access
import Authority
import DefaultPolicies
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

/// A CA whose devices have a successor of their issuer.
@Suite struct `A retired issuer` {
    private let bench: Bench
    private let successor: ThrowAwayIssuer

    init() throws {
        bench = try Bench()
        successor = try bench.ca.root.makeIssuer("Test Devices 2", organization: "Example", notBefore: bench.time.now - 86_400)
    }

    private func issuers(devices: IssuerState) throws -> [Issuer] {
        let root = bench.ca.root.certificate
        return try [
            bench.ca.devices.issuer("devices", state: devices, root: root), successor.issuer("devices-2", root: root),
            bench.ca.services.issuer("services", root: root),
        ]
    }

    /// Puts the same CAs in force with `devices` retired.
    /// - Parameter profile: the issuer of the profile `device`, which a set of files could not name once it is retired.
    private func retire(profile issuerRef: String) throws {
        let text = String(decoding: try #require(DefaultPolicies.files["profiles/device.yaml"]), as: UTF8.self)
        let policies = try makePolicies(
            bench.ca, issuers(devices: .issuing),
            adding: ["profiles/device.yaml": text.replacing("issuer_ref: devices", with: "issuer_ref: \(issuerRef)")])
        let maker = CertificateMaker(
            profiles: policies.maker.profiles, issuers: try issuers(devices: .retired), reserved: ReservedNames(hostNames: []), ownKeys: [])
        bench.authority.replacePolicies(Policies(maker: maker, access: policies.access))
    }

    @Test func `issues nothing, and its certificates are renewed by the successor`() async throws {
        let before = try await bench.enroll(uuid(1))
        try retire(profile: "devices")
        #expect(try await refusal { try await bench.enroll(uuid(2)) } == .issuance(.issuerRetired("devices")))
        #expect(try await refusal { try await bench.renew(before, csr: makeRequest()) } == .issuance(.issuerRetired("devices")))
        try retire(profile: "devices-2")
        let renewed = try await bench.renew(before, csr: makeRequest()).record
        #expect(before.issuer == "devices" && renewed.issuer == "devices-2")
        #expect(renewed.identity == before.identity && renewed.generation == 2)
        #expect(try CertificateDocument(der: renewed.der).isSigned(by: successor.certificate))
    }

    @Test func `has its own certificates revoked in its own list`() async throws {
        let before = try await bench.enroll(uuid(1))
        try retire(profile: "devices-2")
        let after = try await bench.enroll(uuid(2))
        try await bench.revoke(before.serialNumber, .superseded)
        try await bench.revoke(after.serialNumber, .superseded)
        for issuer in ["devices", "devices-2"] { #expect(try await bench.ledger.hasPendingRevocations(issuer: issuer), "\(issuer)") }
        #expect(
            try await bench.ledger.revokedEntries(issuer: "devices", after: 0, limit: 9).map(\.serialNumber) == [before.serialNumber])
    }

    @Test func `is known by its signature when a restored ledger forgot a certificate, whichever issuer the profile has by now`() throws {
        let key = try PrivateKey.generate(.p256)
        let leaf = try bench.ca.devices.issue(to: key.publicKey, serialNumber: SerialNumber(octets: [7]), commonName: "x")
        try retire(profile: "devices-2")
        #expect(bench.authority.policies.maker.signer(of: leaf)?.name == "devices")
    }

    @Test func `needs no successor when its end is near`() throws {
        let root = bench.ca.root.certificate
        bench.time.advance(bench.ca.devices.certificate.notAfter - bench.time.now)
        func ending() -> [String] {
            bench.authority.alarms(root: root, rootCRL: nil).filter { $0.code == "ca_ends_soon" }.map(\.text)
        }
        #expect(ending().contains { $0.contains(" devices ") })
        try retire(profile: "devices-2")
        #expect(!ending().contains { $0.contains(" devices ") } && ending().contains { $0.contains(" devices-2 ") })
    }
}
