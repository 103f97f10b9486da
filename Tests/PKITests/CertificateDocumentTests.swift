import PKI
import TestKit
import Testing

@Suite struct CertificateDocumentTests {
    private let authority: ThrowAwayCA
    private let leaf: CertificateDocument
    private let key: PrivateKey

    init() throws {
        authority = try ThrowAwayCA()
        key = try PrivateKey.generate(.p256)
        leaf = try authority.devices.issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [0x40, 0xAB, 0x01]), commonName: "d-1", organization: "Acme",
            organizationalUnit: "sensor", names: [.uri("urn:uuid:0"), .dns("d.example")])
    }

    @Test func `a certificate shows what is in it`() throws {
        #expect(leaf.serialNumber.description == "40:ab:01")
        #expect(leaf.notBefore == ThrowAwayCA.now - 60 && leaf.notAfter == ThrowAwayCA.now - 60 + 86_399)
        #expect(leaf.commonName == "d-1" && leaf.organization == "Acme" && leaf.organizationalUnit == "sensor")
        #expect(leaf.names == [.uri("urn:uuid:0"), .dns("d.example")])
        #expect(!leaf.isCA && authority.devices.certificate.isCA)
        #expect(leaf.publicKey == key.publicKey && leaf.subjectKeyIdentifier == key.publicKey.keyIdentifier)
        #expect(leaf.issuerDER == authority.devices.certificate.subjectDER)
    }

    @Test func `openssl agrees on fingerprint, serial, names and dates`() throws {
        let shown = try run(
            "openssl", ["x509", "-noout", "-fingerprint", "-sha256", "-serial", "-subject", "-dates"], input: Array(leaf.pem.utf8)
        ).stdout
        let fingerprint = leaf.sha256.map { hexadecimal([$0]).uppercased() }.joined(separator: ":")
        #expect(shown.contains("Fingerprint=" + fingerprint))
        #expect(shown.contains("serial=40AB01"))
        #expect(shown.contains("subject=O = Acme, OU = sensor, CN = d-1"))
        #expect(shown.contains("notBefore=Dec 31 23:59:00 2025 GMT"))
    }

    @Test func `openssl verifies the throw-away chain`() throws {
        let files = try TemporaryDirectory()
        try files.write(authority.root.certificate.pem, to: "root")
        try files.write(authority.chainPEM, to: "chain")
        try files.write(leaf.pem, to: "leaf")
        let verified = try run(
            "openssl",
            ["verify", "-x509_strict", "-attime", "\(ThrowAwayCA.now.seconds)", "-CAfile", "root", "-untrusted", "chain", "leaf"],
            directory: files.path)
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `only the issuer that is named and signed counts`() throws {
        #expect(leaf.isSigned(by: authority.devices.certificate))
        #expect(!leaf.isSigned(by: authority.services.certificate) && !leaf.isSigned(by: authority.root.certificate))
        #expect(authority.root.certificate.isSigned(by: authority.root.certificate))
        // The same name with another key.
        #expect(!leaf.isSigned(by: try ThrowAwayCA().devices.certificate))
        var changed = leaf.der
        changed[changed.count - 1] ^= 1
        #expect(!(try CertificateDocument(der: changed)).isSigned(by: authority.devices.certificate))
    }

    @Test func `certificates by openssl are read`() throws {
        let pem = try run(
            "openssl",
            [
                "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", "/dev/null", "-subj", "/CN=x", "-days", "20000", "-set_serial",
                "0x00ff01",
            ])
        let certificate = try CertificateDocument(pem: pem.stdout)
        #expect(certificate.serialNumber.octets == [0xFF, 0x01] && certificate.isCA)
        #expect(certificate.notAfter - certificate.notBefore == 20_000 * 86_400)
        #expect(certificate.publicKey.algorithm.name == "rsa-2048")
        #expect(certificate.pem == pem.stdout)
    }

    @Test func `a text has exactly one certificate, or all of them are read`() throws {
        let both = leaf.pem + authority.root.certificate.pem
        #expect(throws: InvalidCertificate.wrongCount(2)) { try CertificateDocument(pem: both) }
        #expect(try CertificateDocument.all(pem: "# chain\n" + both) == [leaf, authority.root.certificate])
        #expect(throws: InvalidCertificate.wrongLabel("PRIVATE KEY")) { try CertificateDocument.all(pem: both + key.pem) }
        #expect(throws: InvalidCertificate.notPEM(.noBlock)) { try CertificateDocument(pem: "x") }
    }

    @Test func `a certificate that is cut, followed or too large is refused`() throws {
        for count in 0..<leaf.der.count {
            #expect(throws: InvalidCertificate.self) { try CertificateDocument(der: Array(leaf.der.prefix(count))) }
        }
        let end = leaf.der.count
        #expect(throws: InvalidCertificate.notDER(.trailingOctets(at: end))) { try CertificateDocument(der: leaf.der + [0]) }
        let large = [UInt8](repeating: 0x30, count: 65_537)
        #expect(throws: InvalidCertificate.tooLarge(octets: 65_537)) { try CertificateDocument(der: large) }
    }
}
