@testable import Issuance
import PKI
import TestKit
import Testing

/// The fields of a certificate, to be falsified one by one.
struct Draft {
    var tbs: TBSCertificate
    var subjectKeyIdentifier: [UInt8]
    var keyUsage = ExtensionDER.keyUsage([0, 4])
    var extendedKeyUsage = ExtensionDER.extendedKeyUsage(server: false, client: true)
    var names: [UInt8]
    var authorityKeyIdentifier: [UInt8]
    var distributionPoint: [UInt8]
    var access: [UInt8]
    var more: [UInt8] = []
    /// Applied to the encoded bytes.
    var patch: ([UInt8]) -> [UInt8] = { $0 }

    init(_ plan: CertificatePlan, _ issuer: Issuer) {
        tbs = TBSCertificate(
            serialNumber: plan.serialNumber, signatureAlgorithm: issuer.key.signatureAlgorithm, issuer: issuer.certificate.subjectDER,
            notBefore: plan.notBefore, notAfter: plan.notAfter, subject: plan.names.subjectDER, publicKey: plan.publicKey.der,
            extensions: [])
        subjectKeyIdentifier = ExtensionDER.subjectKeyIdentifier(plan.publicKey.keyIdentifier)
        names = ExtensionDER.subjectAlternativeName(plan.names.names)
        authorityKeyIdentifier = ExtensionDER.authorityKeyIdentifier(issuer.certificate.subjectKeyIdentifier ?? [])
        distributionPoint = ExtensionDER.crlDistributionPoint(issuer.locations.crl)
        access = ExtensionDER.caIssuers(issuer.locations.certificate)
    }

    func encoded() -> [UInt8] {
        var tbs = tbs
        tbs.extensions =
            subjectKeyIdentifier + keyUsage + extendedKeyUsage + names + authorityKeyIdentifier + distributionPoint + access + more
        return patch(tbs.encoded())
    }
}

/// A falsification, and the lint that must find it; nil where the decoder may refuse the bytes already.
struct Falsification: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let lint: String?
    let apply: @Sendable (inout Draft) throws -> Void

    init(_ name: String, _ lint: String?, _ apply: @escaping @Sendable (inout Draft) throws -> Void) {
        (testDescription, self.lint, self.apply) = (name, lint, apply)
    }

    private static let other = "11111111-2222-4333-8444-555555555555"

    static let all: [Falsification] = [
        .init("another serial number", "serial_number") {
            $0.tbs.serialNumber = try SerialNumber(octets: [0x41] + Array(repeating: 7, count: 15))
        },
        .init("a serial number of 20 octets", "serial_number") {
            $0.tbs.serialNumber = try SerialNumber(octets: Array(repeating: 0x41, count: 20))
        },
        .init("a serial number whose top bit needs an octet more", "serial_number") {
            $0.tbs.serialNumber = try SerialNumber(octets: Array(repeating: 0x81, count: 16))
        },
        .init("version 2", "version") { draft in
            draft.patch = { bytes in replacingFirst([0xA0, 3, 2, 1, 2], with: [0xA0, 3, 2, 1, 1], in: bytes) }
        },
        .init("another issuer's name", "issuer_name") { $0.tbs.issuer = distinguishedNameDER([(.commonName, "Test Devices")]) },
        .init("a second longer", "validity") { $0.tbs.notAfter += 1 },
        .init("a second earlier", "validity") { $0.tbs.notBefore -= 1 },
        .init("ten years", "validity") { $0.tbs.notAfter += 315_360_000 },
        .init("another common name", "subject") {
            $0.tbs.subject = distinguishedNameDER([(.organization, "Example"), (.organizationalUnit, "sensor"), (.commonName, other)])
        },
        .init("another order", "subject") {
            $0.tbs.subject = distinguishedNameDER([(.commonName, Bench.uuid), (.organizationalUnit, "sensor"), (.organization, "Example")])
        },
        .init("an attribute more", "subject") {
            $0.tbs.subject = distinguishedNameDER([
                (.organization, "Example"), (.organizationalUnit, "sensor"), (.organizationalUnit, "admin"), (.commonName, Bench.uuid),
            ])
        },
        .init("a PrintableString", "subject") { draft in
            draft.patch = { bytes in
                replacingFirst([0x0C, 0x07] + Array("Example".utf8), with: [0x13, 0x07] + Array("Example".utf8), in: bytes)
            }
        },
        .init("another key", "public_key") { $0.tbs.publicKey = try Keys.p384.publicKey.der },
        .init("no access to the issuer", "extension_set") { $0.access = [] },
        .init("key usage that is not critical", "extension_set") {
            $0.keyUsage = ExtensionDER.wrapped([0x55, 0x1D, 0x0F], critical: false) { $0.bitString([0x88], unusedBits: 3) }
        },
        .init("names that are critical", "extension_set") {
            $0.names = ExtensionDER.wrapped([0x55, 0x1D, 0x11], critical: true) { value in
                value.constructed(0x30) { $0.primitive(0x86, Array("urn:uuid:\(Bench.uuid)".utf8)) }
            }
        },
        .init("an extension nobody knows", "extension_set") {
            $0.more = ExtensionDER.wrapped([0x2A, 0x03], critical: false) { $0.boolean(true) }
        },
        .init("an extension twice", nil) { $0.more = $0.access },
        .init("a CA", "basic_constraints") { $0.access = ExtensionDER.basicConstraints(pathLength: nil) },
        .init("a CA beside all others", "basic_constraints") { $0.more = ExtensionDER.basicConstraints(pathLength: 0) },
        .init("keyCertSign", "key_usage") { $0.keyUsage = ExtensionDER.keyUsage([0, 4, 5]) },
        .init("cRLSign", "key_usage") { $0.keyUsage = ExtensionDER.keyUsage([0, 4, 6]) },
        .init("keyEncipherment for an EC key", "key_usage") { $0.keyUsage = ExtensionDER.keyUsage([0, 2, 4]) },
        .init("no digitalSignature", "key_usage") { $0.keyUsage = ExtensionDER.keyUsage([4]) },
        .init("serverAuth for a device", "extended_key_usage") {
            $0.extendedKeyUsage = ExtensionDER.extendedKeyUsage(server: true, client: true)
        },
        .init("OCSPSigning", "extended_key_usage") {
            $0.extendedKeyUsage = ExtensionDER.wrapped([0x55, 0x1D, 0x25], critical: false) { value in
                value.constructed(0x30) {
                    $0.primitive(0x06, [0x2B, 6, 1, 5, 5, 7, 3, 2])
                    $0.primitive(0x06, [0x2B, 6, 1, 5, 5, 7, 3, 9])
                }
            }
        },
        .init("another authority", "key_identifiers") {
            $0.authorityKeyIdentifier = ExtensionDER.authorityKeyIdentifier(Array(repeating: 1, count: 20))
        },
        .init("another subject key", "key_identifiers") {
            $0.subjectKeyIdentifier = ExtensionDER.subjectKeyIdentifier(Array(repeating: 1, count: 20))
        },
        .init("another UUID", "subject_alternative_name") { $0.names = ExtensionDER.subjectAlternativeName([.uri("urn:uuid:\(other)")]) },
        .init("a name more", "subject_alternative_name") {
            $0.names = ExtensionDER.subjectAlternativeName([.uri("urn:uuid:\(Bench.uuid)"), .dns("broker.internal")])
        },
        .init("another list's address", "locations") {
            $0.distributionPoint = ExtensionDER.crlDistributionPoint("http://ca.test:8080/crl/services.crl")
        },
        .init("an empty distribution point", "locations") {
            $0.distributionPoint = ExtensionDER.wrapped([0x55, 0x1D, 0x1F], critical: false) { _ in }
        },
        .init("another CA's certificate", "locations") { $0.access = ExtensionDER.caIssuers("http://ca.test:8080/ca/root.cer") },
        .init("another signature algorithm inside", "signature_algorithm") {
            $0.tbs.signatureAlgorithm = try Keys.p384.get().algorithm.signature.identifier
        },
        .init("an octet after the end", nil) { draft in draft.patch = { $0 + [0] } },
        .init("an octet too few", nil) { draft in draft.patch = { Array($0.dropLast()) } },
    ]
}

private func replacingFirst(_ old: [UInt8], with new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else { return bytes }
    return bytes[..<start] + new + bytes[(start + old.count)...]
}

@Suite struct `Lints` {
    private let bench: Bench
    private let issuer: Issuer
    private let plan: CertificatePlan

    init() throws {
        bench = try Bench()
        issuer = try bench.maker.issuer(of: bench.maker.role("device"))
        plan = try bench.plan(.device()).plan
    }

    private func signed(_ tbs: [UInt8]) async throws(SigningFault) -> IssuedCertificate {
        try await UnlintedCertificate(tbs: tbs, plan: plan).linted(by: issuer).signed(by: issuer)
    }

    @Test func `find nothing in what the plan leads to`() async throws {
        let issued = try await signed(Draft(plan, issuer).encoded())
        #expect(bench.signings.value == 1)
        #expect(try bench.verification(of: CertificateDocument(der: issued.der)).status == 0)
    }

    @Test(arguments: Falsification.all) func `stop a falsified certificate before the CA's key is used`(row: Falsification) async throws {
        var draft = Draft(plan, issuer)
        let honest = draft.encoded()
        try row.apply(&draft)
        let tbs = draft.encoded()
        #expect(tbs != honest)
        await #expect(throws: SigningFault.self) { try await signed(tbs) }
        #expect(bench.signings.value == 0)
        guard let name = row.lint else { return }
        let lint = try #require(allLints.first { $0.name == name })
        #expect(try finds(lint, tbs), "lint \(name) finds nothing by itself")
        #expect(try !finds(lint, honest))
    }

    @Test func `each find something that no row leaves to the others`() {
        #expect(Set(allLints.map(\.name)) == Set(Falsification.all.compactMap(\.lint)))
        #expect(allLints.allSatisfy { $0.citation.contains("RFC") })
    }

    @Test func `find keyAgreement in a certificate for Ed25519`() async throws {
        let plan = try bench.plan(.device(), key: Keys.ed25519.publicKey).plan
        let tbs = Draft(plan, issuer).encoded()
        await #expect(throws: SigningFault.self) {
            try await UnlintedCertificate(tbs: tbs, plan: plan).linted(by: issuer).signed(by: issuer)
        }
        #expect(bench.signings.value == 0)
    }

    /// Octets that cannot be read are a finding, too.
    private func finds(_ lint: any Lint, _ tbs: [UInt8]) throws -> Bool {
        let subject = LintSubject(certificate: try LeafReading(tbs: tbs), plan: plan, issuer: issuer)
        do { return try lint.check(subject) != nil } catch { return true }
    }
}
