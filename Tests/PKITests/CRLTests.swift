import PKI
import TestKit
import Testing

@Suite struct CRLTests {
    private let authority: ThrowAwayCA
    private static let day: Int64 = 86_400

    init() throws { authority = try ThrowAwayCA() }

    private func serial(_ last: UInt8) throws -> SerialNumber {
        try SerialNumber(octets: [0x40] + [UInt8](repeating: 0xEE, count: 14) + [last])
    }

    private func threeEntries() throws -> [(serial: SerialNumber, date: UnixTime, reason: RevocationReason)] {
        [
            (try serial(1), ThrowAwayCA.now - Self.day, .unspecified), (try serial(2), ThrowAwayCA.now - 60, .keyCompromise),
            (try SerialNumber(octets: [0x80]), 2_524_608_000, .aACompromise),
        ]
    }

    @Test func `entries are the golden octets, 35 of them or 49 with a reason`() throws {
        var bytes: [UInt8] = [0xAA]
        CRLEntryEncoder.encodeEntry(serial: try serial(1), date: 1_709_164_800, reason: .unspecified, into: &bytes)
        #expect(bytes.count == 36)
        #expect(hexadecimal(bytes) == "aa30210210" + "40" + String(repeating: "ee", count: 14) + "01" + "170d3234303232393030303030305a")
        bytes = []
        CRLEntryEncoder.encodeEntry(serial: try serial(2), date: 1_709_164_800, reason: .keyCompromise, into: &bytes)
        #expect(bytes.count == 49)
        #expect(hexadecimal(bytes.suffix(14)) == "300c300a0603551d1504030a0101")
        #expect(bytes[1] == 47)
        bytes = []
        CRLEntryEncoder.encodeEntry(serial: try SerialNumber(octets: [0x80]), date: 2_524_608_000, reason: .superseded, into: &bytes)
        #expect(hexadecimal(bytes) == "302302020080180f32303530303130313030303030305a300c300a0603551d1504030a0104")
    }

    @Test func `openssl verifies a CRL of three entries and reads them`() throws {
        let der = try authority.devices.makeCRL(number: 7, revoked: threeEntries())
        let files = try TemporaryDirectory()
        try files.write(der, to: "crl")
        try files.write(authority.chainPEM, to: "chain")
        let arguments = ["crl", "-inform", "DER", "-in", "crl", "-noout"]
        let shown = try run("openssl", arguments + ["-verify", "-CAfile", "chain", "-text"], directory: files.path)
        #expect(shown.status == 0 && shown.stderr.contains("verify OK"), "\(shown)")
        #expect(shown.stdout.contains("Version 2 (0x1)") && shown.stdout.contains("X509v3 CRL Number: \n                7"))
        for text in ["Serial Number: 40EEEEEEEEEEEEEEEEEEEEEEEEEEEE02", "Key Compromise", "Serial Number: 80", "Jan  1 00:00:00 2050 GMT"] {
            #expect(shown.stdout.contains(text), "\(text)")
        }
        try files.write(authority.services.certificate.pem, to: "chain")
        #expect(!(try run("openssl", arguments + ["-verify", "-CAfile", "chain"], directory: files.path)).stderr.contains("verify OK"))
    }

    @Test(.enabled(if: hasTool("certtool"), "GnuTLS is not installed"))
    func `GnuTLS verifies a CRL`() throws {
        // GnuTLS asks the machine's clock, so this list is good for 70 years.
        let der = try authority.devices.makeCRL(number: 7, lifetime: 70 * 365 * Self.day, revoked: threeEntries())
        let files = try TemporaryDirectory()
        try files.write(PEM.encode(der, type: "X509 CRL"), to: "crl")
        for (issuer, isRight) in [(authority.devices, true), (authority.services, false)] {
            try files.write(issuer.certificate.pem, to: "issuer")
            let shown = try run("certtool", ["--verify-crl", "--load-ca-certificate", "issuer", "--infile", "crl"], directory: files.path)
            #expect(shown.stdout.contains("Verification output: Verified.") == isRight, "\(shown)")
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 1_872, 1_873, 20_000])
    func `openssl reads a CRL of any length and number`(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let revoked = (0..<count).map { _ in (SerialNumber(using: &generator), ThrowAwayCA.now, RevocationReason.unspecified) }
        let der = try authority.devices.makeCRL(number: Int64(count) * 1_000_000_007, revoked: revoked)
        let shown = try run("openssl", ["crl", "-inform", "DER", "-noout", "-text"], input: der).stdout
        #expect(shown.split(separator: "Serial Number:").count - 1 == count)
        #expect(shown.contains("No Revoked Certificates") == (count == 0))
        #expect(try CertificateRevocationList(der: der).entryCount == count)
    }

    @Test func `what was written is read, and verified with the right issuer only`() throws {
        let list = try CertificateRevocationList(der: try authority.devices.makeCRL(number: 7, revoked: threeEntries()))
        #expect(list.number == 7 && list.entryCount == 3 && !list.hasUnknownCriticalExtension)
        #expect(list.thisUpdate == ThrowAwayCA.now - 60 && list.nextUpdate == ThrowAwayCA.now - 60 + 7 * Self.day)
        #expect(list.authorityKeyIdentifier == authority.devices.key.publicKey.keyIdentifier)
        #expect(list.issuerDER == authority.devices.certificate.subjectDER)
        let entries = try threeEntries().map { CertificateRevocationList.Entry(serialNumber: $0.serial, date: $0.date, reason: $0.reason) }
        #expect(list.entries() == entries)
        #expect(try list.contains(serial(2)) && !list.contains(serial(3)))
        #expect(list.isSigned(by: authority.devices.certificate))
        #expect(!list.isSigned(by: authority.services.certificate))
        #expect(!list.isSigned(by: try ThrowAwayCA().devices.certificate))
    }

    @Test func `a CRL of openssl's own ca command is read and verified`() throws {
        let files = try TemporaryDirectory()
        try files.write(authority.root.certificate.pem, to: "ca.pem")
        try files.write(authority.root.key.pem, to: "key.pem")
        let index =
            "R\t360101000000Z\t260102000000Z,keyCompromise\t40AB\tunknown\t/CN=a\nR\t360101000000Z\t260103000000Z\t41\tunknown\t/CN=b\n"
        try files.write(index, to: "index")
        try files.write("0A", to: "number")
        try files.write(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n",
            to: "conf")
        let made = try run(
            "openssl", ["ca", "-gencrl", "-config", "conf", "-cert", "ca.pem", "-keyfile", "key.pem", "-crldays", "7"],
            directory: files.path)
        try #require(made.status == 0, "\(made)")
        let list = try CertificateRevocationList(pem: made.stdout)
        #expect(list.number == 10 && list.isSigned(by: authority.root.certificate))
        #expect(list.entries().map(\.reason) == [.unspecified, .keyCompromise])
        #expect(list.entries().map(\.serialNumber.octets) == [[0x41], [0x40, 0xAB]])
        #expect(list.pem == made.stdout)
    }
}
