import APISchema
import PKI
import TestKit

@testable import CertificateClient

/// A CA and what it would answer to a client, without network.
struct TestPair: Sendable {
    static let now = ThrowAwayCA.now
    static let device = "6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01"

    let ca: ThrowAwayCA
    let trust: TrustAnchors

    init() throws {
        ca = try ThrowAwayCA()
        trust = try TrustAnchors(pem: ca.root.certificate.pem, source: "the test's root")
    }

    /// A device's certificate.
    func certify(
        _ key: PrivateKey, serial: UInt8 = 0x51, commonName: String = device, names: [GeneralName] = [.uri("urn:uuid:" + device)],
        notBefore: UnixTime = now - 300, lifetime: Int64 = 2_592_000, by issuer: ThrowAwayIssuer? = nil
    ) throws -> CertificateDocument {
        try (issuer ?? ca.devices).issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [serial, 1, 2, 3]), commonName: commonName, organization: "Acme",
            organizationalUnit: "sensor", names: names, notBefore: notBefore, lifetime: lifetime)
    }

    /// The CA's answer with that certificate.
    func answer(_ leaf: CertificateDocument, issuer: ThrowAwayIssuer? = nil, renewAt: UnixTime = now + 1_000_000) -> SignedCertificate {
        let issuing = (issuer ?? ca.devices).certificate.pem
        return SignedCertificate(
            certificate: leaf.pem, issuingCA: issuing, caChain: [issuing, ca.root.certificate.pem],
            serialNumber: leaf.serialNumber.description, expiration: leaf.notAfter.seconds, notBefore: leaf.notBefore.seconds,
            renewAt: renewAt.seconds)
    }

    func accept(
        _ leaf: CertificateDocument, key: PrivateKey, expecting: AcceptedCertificate.Expectation, now: UnixTime = now
    ) async throws -> AcceptedCertificate {
        try await AcceptedCertificate(answer(leaf), key: key.publicKey, expecting: expecting, trust: trust, now: now)
    }

    static func enrolment() throws -> Enrolment {
        try Enrolment(profile: "device", subject: .device(id: device, organization: nil, type: nil))
    }

    /// A new key with its certificate, checked and stored.
    @discardableResult
    func install(in store: CredentialStore, serial: UInt8 = 0x51, announce: Bool = false) async throws -> PrivateKey {
        let key = try PrivateKey.generate(.p256)
        let leaf = try certify(key, serial: serial)
        let accepted = try await accept(leaf, key: key, expecting: .enrolment(Self.enrolment()))
        try await store.withLock { () async throws(ClientError) in
            _ = try store.install(accepted, key: key, profile: "device", announce: announce)
        }
        return key
    }
}
