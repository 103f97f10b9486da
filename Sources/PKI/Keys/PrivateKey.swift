import Crypto
import CryptoExtras
import Foundation

/// A private key in memory: made here or read from PKCS#8, never printed.
package struct PrivateKey: Sendable {
    enum Storage: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    let storage: Storage
    package let publicKey: SubjectPublicKey

    package var algorithm: KeyAlgorithm { publicKey.algorithm }

    init(_ storage: Storage) throws(InvalidPrivateKey) {
        self.storage = storage
        do throws(UnusableKey) {
            publicKey = try SubjectPublicKey(der: storage.publicKeyDER)
        } catch {
            throw .unusable(error)
        }
        guard KeyAlgorithm.allCases.contains(publicKey.algorithm) else { throw .unsupportedAlgorithm(publicKey.algorithm.name) }
    }

    /// Makes a key from the system's random source, the only one swift-crypto draws from.
    package static func generate(_ algorithm: KeyAlgorithm) throws(InvalidPrivateKey) -> PrivateKey {
        switch algorithm {
        case .p256: try PrivateKey(.p256(P256.Signing.PrivateKey()))
        case .p384: try PrivateKey(.p384(P384.Signing.PrivateKey()))
        case .ed25519: try PrivateKey(.ed25519(Curve25519.Signing.PrivateKey()))
        case .rsa(let bits): try generateRSA(bits)
        }
    }

    private static func generateRSA(_ bits: Int) throws(InvalidPrivateKey) -> PrivateKey {
        let key: _RSA.Signing.PrivateKey
        do {
            key = try _RSA.Signing.PrivateKey(keySize: _RSA.Signing.KeySize(bitCount: bits))
        } catch {
            throw .generationFailed(.rsa(bits: bits))
        }
        return try PrivateKey(.rsa(key))
    }

    /// Signs octets: DER for ECDSA, 64 octets for Ed25519, PKCS#1 v1.5 with SHA-256 for RSA.
    package func sign(_ bytes: [UInt8]) throws(InvalidPrivateKey) -> [UInt8] {
        do { return try sign(ToBeSigned(bytes[...], by: algorithm.signature)) } catch { throw .signingFailed(algorithm) }
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the key itself.
    package var description: String { "<redacted \(algorithm.name) key>" }
    /// Never the key itself.
    package var debugDescription: String { description }
    /// Without children, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension PrivateKey: Signer {
    package func sign(_ message: ToBeSigned) throws(SigningFailure) -> [UInt8] {
        do {
            switch (storage, message.digest) {
            case (.p256(let key), .sha256(let digest)): return ecdsa(try key.signature(for: digest).rawRepresentation)
            case (.p384(let key), .sha384(let digest)): return ecdsa(try key.signature(for: digest).rawRepresentation)
            case (.ed25519(let key), nil): return Array(try key.signature(for: message.octets))
            case (.rsa(let key), .sha256(let digest)):
                return Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
            case (.p256, _), (.p384, _), (.ed25519, _), (.rsa, _): break
            }
        } catch {
            throw SigningFailure(reason: "\(algorithm.name): \(error)")
        }
        throw SigningFailure(reason: "\(algorithm.name): the message is for another key")
    }

    private func ecdsa(_ raw: Data) -> [UInt8] { ECDSASignature.der(raw: Array(raw)) }
}
