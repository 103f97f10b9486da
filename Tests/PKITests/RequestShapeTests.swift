import PKI
import TestKit
import Testing

/// Requests as tools write them, in shapes that are no strict DER or no bare PEM.
@Suite struct RequestShapeTests {
    private static let san: [UInt8] = [0x30, 0x03, 0x82, 0x01, 0x78]

    /// An extension with a written FALSE.
    private static func writtenFalse(_ oid: ObjectIdentifierDER, _ value: [UInt8]) -> [UInt8] {
        var ext = DERWriter()
        ext.constructed(0x30) { ext in
            ext.objectIdentifier(oid)
            ext.primitive(0x01, [0])
            ext.octetString(value)
        }
        return ext.bytes
    }

    private static func attribute(_ oid: ObjectIdentifierDER, _ value: [UInt8]) -> [UInt8] {
        var attribute = DERWriter()
        attribute.constructed(0x30) { attribute in
            attribute.objectIdentifier(oid)
            attribute.constructed(0x31) { $0.raw(value) }
        }
        return attribute.bytes
    }

    // 1.2.840.113549.1.9.7, challengePassword; 1.3.6.1.4.1.311.13.2.3, the version of Windows.
    private static let password = attribute(
        ObjectIdentifierDER(content: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x07]), [0x1E, 0x02, 0x00, 0x78])
    private static let windows = attribute(
        ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0D, 0x02, 0x03]), [0x16, 0x01, 0x36])
    private static let names = ForgedRequest.ext(.subjectAltName, san)

    @Test(
        arguments: [
            ("attributes out of order", [ForgedRequest.extensionRequest([names]), password, windows]),
            ("keyUsage with one unused bit", [ForgedRequest.extensionRequest([names, ForgedRequest.ext(.keyUsage, [3, 2, 1, 0x80])])]),
            ("keyUsage with no unused bit", [ForgedRequest.extensionRequest([names, ForgedRequest.ext(.keyUsage, [3, 2, 0, 0xA0])])]),
            ("keyUsage of two octets", [ForgedRequest.extensionRequest([names, ForgedRequest.ext(.keyUsage, [3, 3, 7, 0xA0, 0])])]),
            ("CA:FALSE written", [ForgedRequest.extensionRequest([names, ForgedRequest.ext(.basicConstraints, [0x30, 3, 1, 1, 0])])]),
            ("critical FALSE written", [ForgedRequest.extensionRequest([writtenFalse(.subjectAltName, san)])]),
            ("Microsoft's attribute", [ForgedRequest.extensionRequest([names], in: .microsoftCertificateExtensions), windows]),
        ] as [(String, [[UInt8]])])
    func `are read for what they say`(name: String, attributes: [[UInt8]]) throws {
        var forged = ForgedRequest(key: try PrivateKey.generate(.p256))
        forged.attributes = attributes
        let request = try SigningRequest(der: try forged.der())
        #expect(request.names == [.dns("x")] && !request.requestsCA && request.unknownCriticalExtensions.isEmpty)
    }

    @Test(
        arguments: [
            ("CA:TRUE in Microsoft's attribute", ObjectIdentifierDER.basicConstraints, [0x30, 3, 1, 1, 0xFF]),
            ("CA:TRUE as BER", .basicConstraints, [0x30, 3, 1, 1, 1]), ("keyCertSign in two octets", .keyUsage, [3, 3, 7, 4, 0]),
            ("keyCertSign among unused bits", .keyUsage, [3, 2, 7, 4]),
        ] as [(String, ObjectIdentifierDER, [UInt8])])
    func `that ask for a CA are seen to`(name: String, oid: ObjectIdentifierDER, value: [UInt8]) throws {
        for type in [ObjectIdentifierDER.extensionRequest, .microsoftCertificateExtensions] {
            var forged = ForgedRequest(key: try PrivateKey.generate(.p256))
            forged.attributes = [ForgedRequest.extensionRequest([ForgedRequest.ext(oid, value)], in: type)]
            #expect(try SigningRequest(der: try forged.der()).requestsCA)
        }
    }

    @Test(
        arguments: [
            ("BMPString", 0x1E, [0, 0x5A, 0, 0xFC], "Zü"), ("UniversalString", 0x1C, [0, 0, 0, 0x5A, 0, 1, 0xF6, 0], "Z😀"),
            ("TeletexString of ASCII", 0x14, [0x5A], "Z"), ("VisibleString", 0x1A, [0x5A], "Z"),
            ("a surrogate pair", 0x1E, [0xD8, 0x3D, 0xDE, 0], "😀"),
            ("TeletexString beyond ASCII", 0x14, [0xFC], nil), ("half a surrogate pair", 0x1E, [0xD8, 0x3D], nil),
            ("an odd BMPString", 0x1E, [0], nil), ("invalid UTF-8", 0x0C, [0xFF], nil), ("an INTEGER", 0x02, [0x01], nil),
        ] as [(String, UInt8, [UInt8], String?)])
    func `have their subject decoded, or named as unreadable`(name: String, tag: UInt8, value: [UInt8], text: String?) throws {
        var forged = ForgedRequest(key: try PrivateKey.generate(.p256))
        forged.subject = ForgedRequest.name(.organization, tag: tag, value)
        let subject = try SigningRequest(der: try forged.der()).subject
        #expect(subject.organization == (text.map { [$0] } ?? []) && subject.unreadable == (text == nil ? ["2.5.4.10"] : []))
    }

    @Test(arguments: [UInt8(11), 12, 13]) func `are signed by RSA without the NULL`(lastArc: UInt8) throws {
        var forged = ForgedRequest(key: try PrivateKey.generate(.rsa2048))
        let usual = forged.signatureAlgorithm
        try #require(usual.count == 15 && usual.suffix(2) == [5, 0])
        forged.signatureAlgorithm = [0x30, 0x0B] + usual[2..<12] + [lastArc]
        let der = try forged.der()
        if usual[12] == lastArc {
            #expect(try SigningRequest(der: der).publicKey == forged.key.publicKey)
        } else {
            #expect(throws: InvalidSigningRequest.badSignature) { try SigningRequest(der: der) }
        }
    }

    @Test func `stand among the words that tools write, once`() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = PEM.encode(
            try makeSigningRequest(key: key, commonName: "x", organization: nil, organizationalUnit: nil, names: [.dns("x")]),
            type: "NEW CERTIFICATE REQUEST")
        let texts = [
            // certtool --generate-request, certutil -R -a, openssl req -text, keytool -certreq on Windows, an editor, an indented YAML value.
            "Generating a PKCS #10 certificate request...\nPKCS #10 Certificate Request Information:\n\tSubject: CN=x\n\n" + pem,
            "\nCertificate request generated by Netscape certutil\nPhone: (not specified)\n\nCommon Name: x\n\n" + pem + "\n",
            "Certificate Request:\n    Data:\n        Version: 1 (0x0)\n" + pem, pem.replacing("\n", with: "\r\n"), "\u{FEFF}" + pem,
            pem.replacing("\n", with: "  \n") + "\n\n\t", "\n\n" + pem.replacing("\n", with: "\n\n"), pem + "-- \nkind regards",
            pem.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"), pem.replacing("\n", with: "\r"),
        ]
        for text in texts {
            #expect(try SigningRequest(pem: text).publicKey == key.publicKey)
            #expect(throws: InvalidSigningRequest.severalBlocks(2)) { try SigningRequest(pem: text + "\n" + pem) }
        }
        let written = try run("openssl", ["req", "-text"], input: Array(pem.utf8)).stdout
        #expect(written.contains("Certificate Request:"))
        #expect(try SigningRequest(pem: written).names == [.dns("x")])
    }

    @Test func `are refused in words that need no parser's author`() {
        let errors: [InvalidSigningRequest] = [
            .notDER(.unexpectedTag(0x30, at: 0)), .notDER(.truncated(at: 0)), .notDER(.indefiniteLength(at: 1)),
            .malformed(.subjectAltName),
            .severalExtensionLists(2), .repeatedExtension("2.5.29.17"), .nameNotASCII(kind: "DNS name", "ä.test"),
            .unreadableName("2.5.4.3"),
            .unsupportedSignatureAlgorithm("1.2.840.113549.1.1.10"), .badSignature, .wrongLabel("CERTIFICATE"), .trailingOctets(1),
        ]
        for error in errors {
            let words = error.summary + " " + error.remedy
            for internals in ["tag", "ASN1", "octet 0", "0x", "openssl req"] { #expect(!words.contains(internals), "\(words)") }
        }
        #expect(InvalidSigningRequest.nameNotASCII(kind: "DNS name", "ä.test").remedy.contains("xn--4ca.test"))
        #expect(InvalidSigningRequest.unsupportedSignatureAlgorithm("1.2.840.113549.1.1.10").summary.contains("RSA-PSS"))
    }
}
