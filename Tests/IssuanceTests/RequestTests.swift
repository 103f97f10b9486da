import Issuance
import PKI
import TestKit
import Testing

@Suite struct `A CSR` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(
        arguments: [
            ("basicConstraints=critical,CA:TRUE", "the CSR asks for a CA certificate (CA:TRUE or keyCertSign)"),
            ("basicConstraints=CA:TRUE", "the CSR asks for a CA certificate (CA:TRUE or keyCertSign)"),
            ("keyUsage=keyCertSign", "the CSR asks for a CA certificate (CA:TRUE or keyCertSign)"),
            ("keyUsage=critical,digitalSignature,cRLSign", "the CSR asks for a CA certificate (CA:TRUE or keyCertSign)"),
            ("1.2.3.4=critical,ASN1:NULL", "the CSR asks for critical extensions that are not known here: 1.2.3.4"),
            ("nameConstraints=critical,permitted;DNS:internal", "the CSR asks for critical extensions that are not known here: 2.5.29.30"),
        ])
    func `that asks for more than a leaf is refused`(wish: String, summary: String) throws {
        let csr = try opensslRequest(subject: "/O=Example/CN=\(Bench.uuid)", extensions: [wish])
        let refusal = try bench.refusal(NameRequest(csr: csr))
        #expect(refusal?.summary == summary)
        #expect(bench.signings.value == 0)
    }

    @Test(arguments: [
        "extendedKeyUsage=anyExtendedKeyUsage", "extendedKeyUsage=critical,OCSPSigning", "basicConstraints=critical,CA:FALSE",
        "1.2.3.4=ASN1:NULL", "subjectKeyIdentifier=01:02", "crlDistributionPoints=URI:http://evil/",
    ])
    func `gives nothing but its key and names`(wish: String) async throws {
        let csr = try opensslRequest(subject: "/O=Example/CN=\(Bench.uuid)", extensions: [wish])
        // Every extension but the profile's own would stop at a lint.
        let leaf = try await bench.issue(NameRequest(csr: csr))
        #expect(try bench.verification(of: leaf).status == 0)
        #expect(leaf.publicKey == csr.publicKey)
    }

    @Test func `with a key type that the profile does not certify is refused`() throws {
        let profile = ProfileTexts.device.replacing("[ec-p256, ec-p384, ed25519, rsa]", with: "[ec-p384, rsa]").replacing(
            "2048", with: "3072")
        let bench = try Bench(profiles: ["profiles/device.yaml": profile])
        let rows = [(Keys.p256, "ec-p256"), (Keys.ed25519, "ed25519"), (Keys.rsa, "rsa-2048")]
        for (key, name) in rows {
            let refusal = try bench.refusal(.device(), key: key.publicKey)
            #expect(refusal == .keyNotPermitted(name, profile: "device"))
        }
        #expect(try bench.refusal(.device(), key: Keys.p384.publicKey) == nil)
    }

    @Test func `for an unknown role is told the known ones`() throws {
        #expect(throws: IssuanceRefusal.unknownRole("devise", known: ["device", "service"])) { try bench.maker.role("devise") }
    }
}
