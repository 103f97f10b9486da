import PKI
import TestKit
import Testing

@Suite struct SigningRequestFaultTests {
    private let key: PrivateKey
    private let good: [UInt8]

    init() throws {
        key = try PrivateKey.generate(.p256)
        good = try makeSigningRequest(key: key, commonName: "x", organization: nil, organizationalUnit: nil, names: [.dns("x")])
    }

    @Test func `a request that is not whole or not alone is refused`() throws {
        let count = good.count
        let table: [(name: String, der: [UInt8], reason: InvalidSigningRequest)] = [
            ("empty", [], .notDER(.unexpectedTag(0x30, at: 0))), ("truncated", Array(good.dropLast()), .notDER(.truncated(at: 0))),
            ("trailing", good + [0, 0], .trailingOctets(2)), ("twice", good + good, .trailingOctets(count)),
            ("not a sequence", [0x31] + good.dropFirst(), .notDER(.unexpectedTag(0x30, at: 0))),
            ("too large", good + [UInt8](repeating: 0, count: 65_536), .tooLarge(octets: count + 65_536)),
            ("indefinite", [0x30, 0x80] + good.dropFirst(2) + [0, 0], .notDER(.indefiniteLength(at: 1))),
        ]
        for row in table {
            #expect(throws: row.reason, "\(row.name)") { try SigningRequest(der: row.der) }
        }
    }

    @Test func `every truncation is refused`() {
        for count in 0..<good.count {
            #expect(throws: InvalidSigningRequest.self) { try SigningRequest(der: Array(good.prefix(count))) }
        }
    }

    @Test func `a changed signature, subject or key is refused`() throws {
        var signature = good
        signature[signature.count - 1] ^= 1
        #expect(throws: InvalidSigningRequest.badSignature) { try SigningRequest(der: signature) }
        var foreign = ForgedRequest(key: key)
        foreign.publicKeyInfo = try PrivateKey.generate(.p256).publicKey.der
        let foreignDER = try foreign.der()
        #expect(throws: InvalidSigningRequest.badSignature) { try SigningRequest(der: foreignDER) }
        let name = try #require(good.firstIndex(of: UInt8(ascii: "x")))
        var renamed = good
        renamed[name] = UInt8(ascii: "y")
        #expect(throws: InvalidSigningRequest.badSignature) { try SigningRequest(der: renamed) }
    }

    @Test func `an unusable key is named before the signature is looked at`() throws {
        let rsa = try run("openssl", ["req", "-new", "-nodes", "-newkey", "rsa:1024", "-keyout", "/dev/null", "-subj", "/CN=x"]).stdout
        #expect(throws: InvalidSigningRequest.unusableKey(.rsaTooSmall(bits: 1_024))) { try SigningRequest(pem: rsa) }
        let three = try run(
            "openssl",
            ["req", "-new", "-nodes", "-newkey", "rsa:2048", "-pkeyopt", "rsa_keygen_pubexp:3", "-keyout", "/dev/null", "-subj", "/CN=x"])
        #expect(throws: InvalidSigningRequest.unusableKey(.rsaExponentTooSmall(3))) { try SigningRequest(pem: three.stdout) }
        var off = ForgedRequest(key: key)
        off.publicKeyInfo[off.publicKeyInfo.count - 1] ^= 1
        let offDER = try off.der()
        #expect(throws: InvalidSigningRequest.unusableKey(.pointNotOnCurve(curve: "P-256"))) { try SigningRequest(der: offDER) }
    }

    @Test func `a signature with SHA-1 or of an unknown kind is refused by name`() throws {
        let sha1 = try run(
            "openssl", ["req", "-new", "-nodes", "-newkey", "rsa:2048", "-sha1", "-keyout", "/dev/null", "-subj", "/CN=x"])
        #expect(throws: InvalidSigningRequest.unsupportedSignatureAlgorithm("1.2.840.113549.1.1.5")) {
            try SigningRequest(pem: sha1.stdout)
        }
    }

    @Test func `odd structures are refused`() throws {
        let name = ForgedRequest.ext(.subjectAltName, [0x30, 0x03, 0x82, 0x01, 0x78])
        let one = ForgedRequest.extensionRequest([name])
        let microsoft = ForgedRequest.extensionRequest([name], in: .microsoftCertificateExtensions)
        let table: [(String, (inout ForgedRequest) -> Void, (InvalidSigningRequest) -> Bool)] = [
            ("version 1", { $0.version = 1 }, { $0 == .unsupportedVersion(1) }),
            ("extensionRequest twice", { $0.attributes = [one, one] }, { $0 == .severalExtensionLists(2) }),
            ("extensionRequest and Microsoft's", { $0.attributes = [one, microsoft] }, { $0 == .severalExtensionLists(2) }),
            (
                "extension twice", { $0.attributes = [ForgedRequest.extensionRequest([name, name])] },
                { $0 == .repeatedExtension("2.5.29.17") }
            ),
            ("name not DER", { $0.subject = [0x30, 0x01, 0x31] }, { if case .notDER(.truncated) = $0 { true } else { false } }),
            (
                "DNS not ASCII", { $0.attributes = [Self.subjectAltName([0x30, 0x04, 0x82, 0x02, 0xC3, 0xA4])] },
                { $0 == .nameNotASCII(kind: "DNS name", "ä") }
            ),
            ("SAN trailing", { $0.attributes = [Self.subjectAltName([0x30, 0x03, 0x82, 0x01, 0x78, 0x00])] }, isMalformed),
            ("SAN wrong tag", { $0.attributes = [Self.subjectAltName([0x04, 0x01, 0x78])] }, isMalformed),
        ]
        for (name, change, isExpected) in table {
            var forged = ForgedRequest(key: key)
            change(&forged)
            let der = try forged.der()
            let error = #expect(throws: InvalidSigningRequest.self, "\(name)") { try SigningRequest(der: der) }
            if let error { #expect(isExpected(error), "\(name): \(error)") }
        }
    }

    @Test(arguments: [10, 49, 1_000, 16_000])
    func `nesting of any depth is refused without harm`(depth: Int) throws {
        var nested: [UInt8] = [0x05, 0x00]
        for _ in 0..<depth {
            var level = DERWriter()
            level.appendLength(nested.count)
            nested = [0x30] + level.bytes + nested
        }
        #expect(throws: InvalidSigningRequest.self) { try SigningRequest(der: nested) }
        var forged = ForgedRequest(key: key)
        forged.attributes = [ForgedRequest.extensionRequest([ForgedRequest.ext(.subjectAltName, nested)])]
        let der = try forged.der()
        #expect(throws: InvalidSigningRequest.self) { try SigningRequest(der: der) }
    }

    @Test func `a PEM text with another label, more than one block or none is refused`() throws {
        let pem = PEM.encode(good, type: "CERTIFICATE REQUEST")
        let table: [(String, InvalidSigningRequest)] = [
            (PEM.encode(good, type: "CERTIFICATE"), .wrongLabel("CERTIFICATE")), (pem + pem, .severalBlocks(2)),
            (key.pem + pem, .severalBlocks(2)), (key.pem, .wrongLabel("PRIVATE KEY")), ("", .notPEM(.noBlock)),
            (String(pem.dropLast(5)), .notPEM(.invalidLabel)), (String(repeating: "x", count: 140_000), .tooLarge(octets: 140_000)),
        ]
        for (text, reason) in table {
            #expect(throws: reason) { try SigningRequest(pem: text) }
        }
        #expect(InvalidSigningRequest.wrongLabel("PRIVATE KEY").remedy.contains("must never leave"))
    }

    private static func subjectAltName(_ value: [UInt8]) -> [UInt8] {
        ForgedRequest.extensionRequest([ForgedRequest.ext(.subjectAltName, value)])
    }
}

private func isMalformed(_ error: InvalidSigningRequest) -> Bool {
    if case .malformed = error { true } else { false }
}
