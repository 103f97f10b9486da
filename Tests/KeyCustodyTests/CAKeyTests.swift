import Crypto
import PKI
import Testing

@testable import KeyCustody

@Suite struct `CA keys` {
    @Test func `of P-256 sign with SHA-256 and of P-384 with SHA-384`() throws {
        let message = Array("tbsCertificate".utf8)
        let p256 = P256.Signing.PrivateKey(), p384 = P384.Signing.PrivateKey()
        let key256 = try KeyVault.key(pkcs8: Array(p256.derRepresentation), name: "a")
        let key384 = try KeyVault.key(pkcs8: Array(p384.derRepresentation), name: "b")
        let signature256 = try P256.Signing.ECDSASignature(derRepresentation: key256.sign(ToBeSigned(message[...], by: .ecdsaWithSHA256)))
        let signature384 = try P384.Signing.ECDSASignature(derRepresentation: key384.sign(ToBeSigned(message[...], by: .ecdsaWithSHA384)))
        #expect(p256.publicKey.isValidSignature(signature256, for: SHA256.hash(data: message)))
        #expect(p384.publicKey.isValidSignature(signature384, for: SHA384.hash(data: message)))
        #expect(key256.algorithm == .p256 && key384.algorithm == .p384)
    }

    @Test(arguments: [
        (OpenSSLVectors.p256Key, OpenSSLVectors.p256Certificate, KeyAlgorithm.p256),
        (OpenSSLVectors.p384Key, OpenSSLVectors.p384Certificate, KeyAlgorithm.p384),
    ])
    func `made by OpenSSL match their certificates and name the algorithm OpenSSL used`(
        key: String, certificate: String, kind: KeyAlgorithm
    ) throws {
        let key = try read(key)
        let certificate = try CertificateDocument(pem: certificate)
        #expect(key.algorithm == kind)
        try KeyVault.checkMatch(certificate: certificate, key: key)
        // Once inside the to-be-signed part, once after it (RFC 5280 §4.1.1.2).
        #expect(certificate.der.ranges(of: key.algorithm.signature.identifier).count == 2)
    }

    @Test func `must be the keys of their certificates`() throws {
        let certificate = try CertificateDocument(pem: OpenSSLVectors.p256Certificate)
        for other in [try PrivateKey.generate(.p256), try read(OpenSSLVectors.p384Key)] {
            let identifier = hexadecimal(other.publicKey.keyIdentifier)
            #expect(throws: KeyCustodyError.keyAndCertificateDiffer(keyIdentifier: identifier, subject: "Devices CA")) {
                try KeyVault.checkMatch(certificate: certificate, key: other)
            }
        }
    }

    @Test func `never show themselves`() throws {
        let key = try PrivateKey.generate(.p256)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key)] { #expect(text == "<redacted ec-p256 key>") }
        #expect(!dumped.contains("storage") && !dumped.contains("P256"))
    }

    @Test func `are of no other kind`() throws {
        let foreign: [[UInt8]] = [
            Array(P521.Signing.PrivateKey().derRepresentation), try PrivateKey.generate(.ed25519).der, [],
            [0x30, 0x00], Array(repeating: 0, count: 138),
        ]
        for der in foreign {
            #expect(throws: KeyCustodyError.unsupportedKey(name: "devices")) { try KeyVault.key(pkcs8: der, name: "devices") }
        }
    }

    private func read(_ pem: String) throws -> PrivateKey {
        try KeyVault.key(pkcs8: #require(PEM.decode(pem).first).der, name: "test")
    }
}
