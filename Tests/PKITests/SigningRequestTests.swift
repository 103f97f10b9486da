import PKI
import TestKit
import Testing

@Suite struct SigningRequestTests {
    @Test(arguments: PrivateKeyTests.quick)
    func `openssl verifies a request and reads the same names`(kind: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(kind)
        let der = try makeSigningRequest(
            key: key, commonName: "db", organization: "Zürich", organizationalUnit: "sensor",
            names: [.dns("db.internal"), .ip([10, 0, 0, 1]), .uri("urn:uuid:0"), .email("a@b")])
        let shown = try run(
            "openssl", ["req", "-inform", "DER", "-verify", "-text", "-noout", "-nameopt", "utf8,sep_comma_plus"], input: der)
        #expect(shown.status == 0 && shown.stderr.contains("verify OK"), "\(shown)")
        #expect(shown.stdout.contains("Subject: O=Zürich,OU=sensor,CN=db"))
        #expect(shown.stdout.contains("DNS:db.internal, IP Address:10.0.0.1, URI:urn:uuid:0, email:a@b"))
    }

    @Test(arguments: [
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["-newkey", "ed25519"], ["-newkey", "rsa:2048", "-sha512"],
    ])
    func `a request by openssl is read`(arguments: [String]) throws {
        let files = try TemporaryDirectory()
        let made = try run(
            "openssl",
            [
                "req", "-new", "-nodes", "-keyout", "key", "-out", "csr", "-subj", "/O=Acme/O=Two/OU=x/CN=db/C=CH", "-addext",
                "subjectAltName=DNS:db.internal,IP:::1,otherName:1.2.3.4;UTF8:x,RID:1.2.3",
            ] + arguments, directory: files.path)
        try #require(made.status == 0, "\(made)")
        let request = try SigningRequest(pem: try files.text("csr"))
        #expect(request.subject.commonName == ["db"] && request.subject.organization == ["Acme", "Two"])
        #expect(request.subject.organizationalUnit == ["x"] && request.subject.others == ["2.5.4.6"])
        #expect(request.names.prefix(2) == [.dns("db.internal"), .ip([UInt8](repeating: 0, count: 15) + [1])])
        #expect(request.names.dropFirst(2).map(\.description) == ["other:otherName 1.2.3.4", "other:registeredID 1.2.3"])
        #expect(!request.requestsCA && request.unknownCriticalExtensions.isEmpty)
        #expect(request.publicKey.der == (try PrivateKey(pem: try files.text("key"))).publicKey.der)
    }

    @Test func `a request without names or attributes is read`() throws {
        let key = try PrivateKey.generate(.p256)
        let der = try makeSigningRequest(key: key, commonName: nil, organization: nil, organizationalUnit: nil, names: [])
        let request = try SigningRequest(der: der)
        #expect(request.subject == RequestedSubject() && request.names.isEmpty)
        #expect(try SigningRequest(pem: PEM.encode(der, type: "NEW CERTIFICATE REQUEST")).publicKey == key.publicKey)
    }

    @Test func `a request for powers of a CA shows them`() throws {
        let table: [(name: String, ext: [UInt8], requestsCA: Bool, unknown: [String])] = [
            ("CA:TRUE", ForgedRequest.ext(.basicConstraints, critical: true, [0x30, 0x03, 0x01, 0x01, 0xFF]), true, []),
            ("CA:FALSE", ForgedRequest.ext(.basicConstraints, [0x30, 0x00]), false, []),
            ("keyCertSign", ForgedRequest.ext(.keyUsage, critical: true, [0x03, 0x02, 0x02, 0x04]), true, []),
            ("cRLSign", ForgedRequest.ext(.keyUsage, [0x03, 0x02, 0x01, 0x02]), true, []),
            ("digitalSignature", ForgedRequest.ext(.keyUsage, critical: true, [0x03, 0x02, 0x07, 0x80]), false, []),
            ("critical policy", ForgedRequest.ext(ObjectIdentifierDER(content: [0x2A, 0x03]), critical: true, [5, 0]), false, ["1.2.3"]),
            ("other policy", ForgedRequest.ext(ObjectIdentifierDER(content: [0x2A, 0x03]), [5, 0]), false, []),
        ]
        for row in table {
            var forged = ForgedRequest(key: try PrivateKey.generate(.p256))
            forged.attributes = [ForgedRequest.extensionRequest([row.ext])]
            let request = try SigningRequest(der: try forged.der())
            #expect(request.requestsCA == row.requestsCA, "\(row.name)")
            #expect(request.unknownCriticalExtensions == row.unknown, "\(row.name)")
        }
    }

    @Test func `a NUL or an endless name reaches whoever judges names`() throws {
        for text in ["a\u{0}b", String(repeating: "x", count: 65)] {
            var forged = ForgedRequest(key: try PrivateKey.generate(.p256))
            forged.subject = ForgedRequest.name(.commonName, tag: 0x0C, Array(text.utf8))
            #expect(try SigningRequest(der: try forged.der()).subject.commonName == [text])
        }
    }
}
