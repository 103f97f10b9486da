import Crypto
import PKI
import Testing

@testable import KeyCustody

@Suite struct `CA keys` {
    @Test func `of P-256 sign with SHA-256 and of P-384 with SHA-384`() throws {
        let message = Array("tbsCertificate".utf8)
        let p256 = P256.Signing.PrivateKey(), p384 = P384.Signing.PrivateKey()
        let key256 = try CAKey(pkcs8DER: Array(p256.derRepresentation), name: "a")
        let key384 = try CAKey(pkcs8DER: Array(p384.derRepresentation), name: "b")
        let signature256 = try P256.Signing.ECDSASignature(derRepresentation: key256.sign(.sha256(of: message[...])))
        let signature384 = try P384.Signing.ECDSASignature(derRepresentation: key384.sign(.sha384(of: message[...])))
        #expect(p256.publicKey.isValidSignature(signature256, for: SHA256.hash(data: message)))
        #expect(p384.publicKey.isValidSignature(signature384, for: SHA384.hash(data: message)))
        #expect(key256.kind == .p256 && key384.kind == .p384)
    }

    @Test(arguments: [
        (OpenSSLVectors.p256Key, OpenSSLVectors.p256Certificate, CAKey.Kind.p256),
        (OpenSSLVectors.p384Key, OpenSSLVectors.p384Certificate, CAKey.Kind.p384),
    ])
    func `made by OpenSSL match their certificates and name the algorithm OpenSSL used`(
        key: String, certificate: String, kind: CAKey.Kind
    ) throws {
        let key = try read(key)
        let certificate = try CertificateDocument(pem: certificate)
        #expect(key.kind == kind)
        try KeyVault.checkMatch(certificate: certificate, key: key)
        // Once inside the to-be-signed part, once after it (RFC 5280 §4.1.1.2).
        #expect(certificate.der.ranges(of: key.signatureAlgorithmDER).count == 2)
    }

    @Test func `must be the keys of their certificates`() throws {
        let certificate = try CertificateDocument(pem: OpenSSLVectors.p256Certificate)
        for other in [try CAKey.generate(.p256), try read(OpenSSLVectors.p384Key)] {
            let identifier = hexadecimal(other.publicKey.keyIdentifier)
            #expect(throws: KeyCustodyError.keyAndCertificateDiffer(keyIdentifier: identifier, subject: "Devices CA")) {
                try KeyVault.checkMatch(certificate: certificate, key: other)
            }
        }
    }

    @Test func `never show themselves`() throws {
        let key = try CAKey.generate(.p256)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key)] { #expect(text == "<redacted>") }
        #expect(!dumped.contains("material") && !dumped.contains("P256"))
    }

    @Test func `are of no other kind`() {
        let foreign: [[UInt8]] = [
            Array(P521.Signing.PrivateKey().derRepresentation), [], [0x30, 0x00], Array(repeating: 0, count: 138),
        ]
        for der in foreign {
            #expect(throws: KeyCustodyError.unsupportedKey(name: "devices")) { try CAKey(pkcs8DER: der, name: "devices") }
        }
    }

    private func read(_ pem: String) throws -> CAKey {
        try CAKey(pkcs8DER: #require(PEM.decode(pem).first).der, name: "test")
    }
}
