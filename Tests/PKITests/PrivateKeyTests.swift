import PKI
import TestKit
import Testing

@Suite struct PrivateKeyTests {
    static let quick: [KeyAlgorithm] = [.p256, .p384, .ed25519, .rsa2048]

    @Test(arguments: quick)
    func `openssl reads a key and finds the same public half`(kind: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(kind)
        #expect(key.algorithm == kind)
        let read = try run("openssl", ["pkey", "-check", "-pubout", "-outform", "DER"], input: Array(key.pem.utf8))
        #expect(read.status == 0, "\(read)")
        #expect(read.standardOutput.suffix(key.publicKey.der.count) == key.publicKey.der[...])
        #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    }

    @Test(arguments: quick)
    func `a key is read back from what it was written as`(kind: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(kind)
        let again = try PrivateKey(pem: key.pem)
        #expect(again.publicKey == key.publicKey && again.pem == key.pem)
    }

    @Test(arguments: [
        (KeyAlgorithm.p256, "EC PRIVATE KEY"), (.p384, "EC PRIVATE KEY"), (.rsa2048, "RSA PRIVATE KEY"), (.ed25519, "PRIVATE KEY"),
    ])
    func `openssl reads the traditional form of a key, and writes the same`(kind: KeyAlgorithm, label: String) throws {
        let key = try PrivateKey.generate(kind)
        let (type, der) = key.traditional
        let pem = PEM.encode(der, type: type)
        #expect(type == label)
        #expect(try PrivateKey(pem: pem).publicKey == key.publicKey)
        let written = try run("openssl", ["pkey", "-traditional", "-outform", "DER"], input: Array(pem.utf8))
        #expect(written.status == 0, "\(written)")
        #expect(written.standardOutput == der)
    }

    @Test(arguments: quick)
    func `openssl verifies a signature`(kind: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(kind)
        let files = try TemporaryDirectory()
        let message = Array("to be signed".utf8)
        try files.write(PEM.encode(key.publicKey.der, type: "PUBLIC KEY"), to: "key")
        try files.write(message, to: "message")
        try files.write(try key.sign(message), to: "signature")
        let digest = kind == .ed25519 ? ["-rawin"] : ["-rawin", "-digest", kind == .p384 ? "sha384" : "sha256"]
        let arguments = ["pkeyutl", "-verify", "-pubin", "-inkey", "key", "-in", "message", "-sigfile", "signature"] + digest
        let verified = try run("openssl", arguments, directory: files.path)
        #expect(verified.status == 0, "\(verified)")
        try files.write("To be signed", to: "message")
        #expect(try run("openssl", arguments, directory: files.path).status != 0)
    }

    @Test(arguments: [
        ["ecparam", "-name", "prime256v1", "-genkey"], ["ecparam", "-name", "secp384r1", "-genkey", "-noout"],
        ["genrsa", "-traditional", "2048"], ["genpkey", "-algorithm", "ED25519"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ])
    func `every form openssl writes is read`(arguments: [String]) throws {
        let pem = try run("openssl", arguments).standardOutput
        let expected = try run("openssl", ["pkey", "-pubout", "-outform", "DER"], input: pem).standardOutput
        #expect(try PrivateKey(pem: String(decoding: pem, as: UTF8.self)).publicKey.der == expected)
    }

    @Test func `what is no usable private key is refused with the reason`() throws {
        let key = try PrivateKey.generate(.p256)
        let table: [(String, InvalidPrivateKey)] = [
            ("", .notPEM(.noBlock)), (key.pem + key.pem, .severalBlocks(2)),
            (PEM.encode(key.publicKey.der, type: "PUBLIC KEY"), .unsupportedLabel("PUBLIC KEY")),
            (PEM.encode(key.der, type: "ENCRYPTED PRIVATE KEY"), .encrypted),
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAQ==\n-----END RSA PRIVATE KEY-----", .encrypted),
            (PEM.encode(Array(key.der.dropLast()), type: "PRIVATE KEY"), .malformed),
            (PEM.encode(key.der, type: "RSA PRIVATE KEY"), .malformed), (PEM.encode([0x30, 0x00], type: "EC PRIVATE KEY"), .malformed),
        ]
        for (pem, reason) in table {
            #expect(throws: reason) { try PrivateKey(pem: pem) }
        }
        let p521 = try run("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]).stdout
        #expect(throws: InvalidPrivateKey.unsupportedAlgorithm("1.3.132.0.35")) { try PrivateKey(pem: p521) }
    }

    @Test func `a key never shows itself`() throws {
        let key = try PrivateKey.generate(.p256)
        #expect("\(key)" == "<redacted ec-p256 key>")
        #expect(String(reflecting: key) == "<redacted ec-p256 key>")
    }
}
