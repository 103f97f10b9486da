import Issuance
import PKI
import TestKit
import Testing

/// A role and a key type, and the extensions that differ.
struct ExtensionRow: CustomTestStringConvertible {
    let testDescription: String
    let role: String
    let key: Result<PrivateKey, any Error>
    let keyUsage: String

    private static let keys = [("P-256", Keys.p256), ("P-384", Keys.p384), ("Ed25519", Keys.ed25519), ("RSA", Keys.rsa)]

    static let all: [ExtensionRow] = keys.flatMap { name, key in
        [
            ExtensionRow(
                testDescription: "a device with \(name)", role: "device", key: key,
                keyUsage: name.hasPrefix("P-") ? "Digital Signature, Key Agreement" : "Digital Signature"),
            ExtensionRow(
                testDescription: "a service with \(name)", role: "service", key: key,
                keyUsage: name == "RSA" ? "Digital Signature, Key Encipherment" : "Digital Signature"),
        ]
    }

    var names: NameRequest {
        role == "device"
            ? NameRequest(commonName: Bench.uuid, organization: "Example", organizationalUnit: "sensor")
            : NameRequest(commonName: "db.internal", names: [.dns("db-1.internal"), .ip([127, 0, 0, 1])])
    }

    var alternativeNames: String {
        role == "device" ? "URI:urn:uuid:\(Bench.uuid)" : "DNS:db.internal, DNS:db-1.internal, IP Address:127.0.0.1"
    }

    /// The extensions as `openssl x509 -text` prints them, blanks trimmed.
    func expectation(_ issuer: ThrowAwayIssuer) throws -> [String] {
        [
            "X509v3 extensions:",
            "X509v3 Subject Key Identifier:", colons(try key.publicKey.keyIdentifier),
            "X509v3 Key Usage: critical", keyUsage,
            "X509v3 Extended Key Usage:",
            role == "device" ? "TLS Web Client Authentication" : "TLS Web Server Authentication, TLS Web Client Authentication",
            "X509v3 Subject Alternative Name:", alternativeNames,
            "X509v3 Authority Key Identifier:", colons(issuer.key.publicKey.keyIdentifier),
            "X509v3 CRL Distribution Points:", "Full Name:", "URI:http://ca.test:8080/crl/\(role)s.crl",
            "Authority Information Access:", "CA Issuers - URI:http://ca.test:8080/ca/\(role)s.cer",
        ]
    }

    private func colons(_ octets: [UInt8]) -> String { octets.map { hexadecimal([$0]).uppercased() }.joined(separator: ":") }
}

@Suite struct `Certificates as openssl reads them` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: ExtensionRow.all) func `have exactly their extensions, in order, with only key usage critical`(row: ExtensionRow)
        async throws
    {
        let leaf = try await bench.issue(row.names, role: row.role, key: row.key.publicKey)
        let hidden = ["header", "version", "serial", "signame", "validity", "subject", "issuer", "pubkey", "sigdump", "aux"]
        let text = try run(
            "openssl", ["x509", "-inform", "DER", "-noout", "-text", "-certopt", hidden.map { "no_" + $0 }.joined(separator: ",")],
            input: leaf.der)
        let lines = text.stdout.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
        #expect(lines == (try row.expectation(row.role == "device" ? bench.ca.devices : bench.ca.services)))
    }

    @Test(arguments: ExtensionRow.all) func `are accepted by openssl verify -x509_strict`(row: ExtensionRow) async throws {
        let leaf = try await bench.issue(row.names, role: row.role, key: row.key.publicKey)
        let verification = try bench.verification(of: leaf)
        #expect(verification.status == 0, "\(verification)")
    }

    @Test func `are refused by openssl before and after their period`() async throws {
        let leaf = try await bench.issue(.device())
        #expect(try bench.verification(of: leaf, at: leaf.notBefore).status == 0)
        #expect(try bench.verification(of: leaf, at: leaf.notBefore - 1).status != 0)
        // openssl takes the last second itself for expired already.
        #expect(try bench.verification(of: leaf, at: leaf.notAfter - 1).status == 0)
        #expect(try bench.verification(of: leaf, at: leaf.notAfter + 1).status != 0)
    }

    @Test func `name organization, type and UUID in this order, as UTF8String`() async throws {
        let csr = try request(Bench.uuid.uppercased(), organization: "Second GmbH", type: "gateway-Ü")
        let leaf = try await bench.issue(NameRequest(csr: csr))
        #expect(try subject(of: leaf) == "O=UTF8STRING:Second GmbH,OU=UTF8STRING:gateway-Ü,CN=UTF8STRING:\(Bench.uuid)")
    }

    @Test func `leave the type out when nobody names one`() async throws {
        let leaf = try await bench.issue(.device(type: nil))
        #expect(try subject(of: leaf) == "O=UTF8STRING:Example,CN=UTF8STRING:\(Bench.uuid)")
    }

    @Test func `have serial numbers of 16 octets from 0x40 to 0x7f on`() throws {
        for seed in UInt64(1)...500 {
            let octets = try bench.plan(.device(), seed: seed).plan.serialNumber.octets
            #expect(octets.count == 16 && (0x40...0x7F).contains(octets[0]))
        }
    }

    /// The subject in its order with the string types.
    private func subject(of leaf: CertificateDocument) throws -> String {
        let text = try run(
            "openssl", ["x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "sep_comma_plus,sname,show_type,utf8"], input: leaf.der)
        return String(text.stdout.trimmed.dropFirst("subject=".count))
    }
}

extension StringProtocol {
    /// Without blanks and line ends around it.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
