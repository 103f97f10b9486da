import Crypto
import CryptoExtras
import Foundation
package import X509

/// A private key of a client: made here, written as PKCS#8, never sent anywhere.
package struct PrivateKey: Sendable, CustomStringConvertible {
    /// The kinds of key that can be made.
    package enum Kind: String, Sendable, CaseIterable {
        case p256 = "ec-p256"
        case p384 = "ec-p384"
        case ed25519
        case rsa2048 = "rsa-2048"
        case rsa3072 = "rsa-3072"
        case rsa4096 = "rsa-4096"
    }

    enum Storage: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    let storage: Storage
    package let kind: Kind
    package let publicKey: SubjectPublicKey

    init(_ storage: Storage) throws(InvalidPrivateKey) {
        self.storage = storage
        do throws(UnusableKey) {
            publicKey = try SubjectPublicKey(der: storage.publicKeyDER)
        } catch {
            throw .unusable(error)
        }
        guard let kind = Kind(rawValue: publicKey.algorithm.name) else { throw .unsupportedAlgorithm(publicKey.algorithm.name) }
        self.kind = kind
    }

    /// Makes a key from the system's random source, the only one swift-crypto draws from.
    package static func generate(_ kind: Kind) throws(InvalidPrivateKey) -> PrivateKey {
        switch kind {
        case .p256: try PrivateKey(.p256(P256.Signing.PrivateKey()))
        case .p384: try PrivateKey(.p384(P384.Signing.PrivateKey()))
        case .ed25519: try PrivateKey(.ed25519(Curve25519.Signing.PrivateKey()))
        case .rsa2048: try generateRSA(.bits2048, kind)
        case .rsa3072: try generateRSA(.bits3072, kind)
        case .rsa4096: try generateRSA(.bits4096, kind)
        }
    }

    private static func generateRSA(_ size: _RSA.Signing.KeySize, _ kind: Kind) throws(InvalidPrivateKey) -> PrivateKey {
        let key: _RSA.Signing.PrivateKey
        do {
            key = try _RSA.Signing.PrivateKey(keySize: size)
        } catch {
            throw .generationFailed(kind)
        }
        return try PrivateKey(.rsa(key))
    }

    /// Signs octets: DER for ECDSA, 64 octets for Ed25519, PKCS#1 v1.5 with SHA-256 for RSA.
    package func sign(_ bytes: [UInt8]) throws(InvalidPrivateKey) -> [UInt8] {
        do {
            return switch storage {
            case .p256(let key): Array(try key.signature(for: SHA256.hash(data: bytes)).derRepresentation)
            case .p384(let key): Array(try key.signature(for: SHA384.hash(data: bytes)).derRepresentation)
            case .ed25519(let key): Array(try key.signature(for: bytes))
            case .rsa(let key): Array(try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        } catch {
            throw .signingFailed(kind)
        }
    }

    /// The AlgorithmIdentifier of the signatures of `sign`.
    package var signatureAlgorithmDER: [UInt8] {
        switch storage {
        case .p256: SignatureAlgorithmDER.ecdsaWithSHA256
        case .p384: SignatureAlgorithmDER.ecdsaWithSHA384
        case .ed25519: SignatureAlgorithmDER.ed25519
        case .rsa: SignatureAlgorithmDER.sha256WithRSAEncryption
        }
    }

    /// The same key for swift-certificates.
    package var x509: Certificate.PrivateKey {
        switch storage {
        case .p256(let key): Certificate.PrivateKey(key)
        case .p384(let key): Certificate.PrivateKey(key)
        case .ed25519(let key): Certificate.PrivateKey(key)
        case .rsa(let key): Certificate.PrivateKey(key)
        }
    }

    /// Never the key itself.
    package var description: String { "<redacted \(kind.rawValue) key>" }
}
