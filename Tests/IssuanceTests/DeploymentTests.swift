import Issuance
import PKI
import TestKit
import Testing

@Suite struct `CRLs and CA certificates` {
    @Test func `of an issuer are accepted by openssl`() async throws {
        let bench = try Bench()
        let issuer = try bench.maker.issuer(of: bench.maker.role("device"))
        let serial = try SerialNumber(octets: Array(repeating: 0x44, count: 16))
        var list = GrowingRevocationList()
        list.append(serial, date: bench.now, reason: .keyCompromise)
        try await issuer.sign(&list, number: 77, thisUpdate: bench.now, nextUpdate: bench.now + 604_800)
        let directory = try TemporaryDirectory()
        let result = try run(
            "openssl",
            [
                "crl", "-inform", "DER", "-in", directory.write(list.der, to: "crl"), "-noout", "-text", "-verify", "-CAfile",
                directory.write(bench.ca.devices.certificate.pem, to: "ca.pem"),
            ])
        #expect(result.stderr.contains("verify OK"), "\(result)")
        #expect(result.stdout.contains("Serial Number: " + String(repeating: "44", count: 16)))
        #expect(result.stdout.contains("Key Compromise") && !result.stdout.contains("critical"))
    }

    @Test(arguments: [KeyAlgorithm.p256, .p384]) func `of a new deployment carry its leaves`(kind: KeyAlgorithm) async throws {
        var generator = SeededGenerator(seed: 9)
        let (rootKey, issuingKey) = (try PrivateKey.generate(kind), try PrivateKey.generate(.p256))
        let root = try await CACertificate.root(
            commonName: "Example Root", organization: "Example", key: IssuerKey(rootKey), serialNumber: SerialNumber(using: &generator),
            now: ThrowAwayCA.now)
        let rootIssuer = try Issuer(
            name: "root", certificate: root, chain: [root], key: IssuerKey(rootKey),
            locations: .init(publicURL: Bench.publicURL, issuer: "root"))
        let issuing = try await CACertificate.issuing(
            commonName: "Example Devices", organization: "Example", publicKey: issuingKey.publicKey, root: rootIssuer,
            serialNumber: SerialNumber(using: &generator), now: ThrowAwayCA.now)
        let bench = try Bench()
        let issuer = try makeIssuer("devices", issuing, key: issuingKey, root: root)
        let maker = CertificateMaker(profiles: bench.maker.profiles, issuers: [issuer], reserved: ReservedNames(hostNames: []), ownKeys: [])
        let leaf = try await maker.make(bench.plan(.device()).plan)
        let directory = try TemporaryDirectory()
        let verification = try run(
            "openssl",
            [
                "verify", "-x509_strict", "-purpose", "sslclient", "-attime", "\(ThrowAwayCA.now.seconds)", "-CAfile",
                directory.write(root.pem, to: "root.pem"), "-untrusted", directory.write(issuing.pem, to: "issuing.pem"),
                directory.write(CertificateDocument(der: leaf.der).pem, to: "leaf.pem"),
            ])
        #expect(verification.status == 0, "\(verification)")
        let text = try run("openssl", ["x509", "-inform", "DER", "-noout", "-text"], input: issuing.der).stdout
        #expect(text.contains("CA:TRUE, pathlen:0") && text.contains("Digital Signature, Certificate Sign, CRL Sign"))
        #expect(text.contains("URI:http://ca.test:8080/crl/root.crl") && !text.contains("OCSP"))
    }
}
