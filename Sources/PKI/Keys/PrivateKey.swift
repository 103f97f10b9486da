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

extension PrivateKey {
    /// The key in the form of its algorithm, as Vault writes it unless it is asked for PKCS#8: SEC 1 for EC (RFC 5915), PKCS#1 for RSA
    /// (RFC 8017 §A.1.2). Ed25519 has no other form than PKCS#8 (RFC 8410 §7).
    package var traditional: (type: String, der: [UInt8]) {
        switch storage {
        case .p256(let key):
            ("EC PRIVATE KEY", Self.sec1(Array(key.rawRepresentation), .secp256r1, point: Array(key.publicKey.x963Representation)))
        case .p384(let key):
            ("EC PRIVATE KEY", Self.sec1(Array(key.rawRepresentation), .secp384r1, point: Array(key.publicKey.x963Representation)))
        case .ed25519: ("PRIVATE KEY", der)
        case .rsa(let key): ("RSA PRIVATE KEY", Array(key.derRepresentation))
        }
    }

    /// ECPrivateKey, with curve and public key as openssl writes them.
    private static func sec1(_ scalar: [UInt8], _ curve: ObjectIdentifierDER, point: [UInt8]) -> [UInt8] {
        var der = DERWriter(capacity: 192)
        der.constructed(0x30) { key in
            key.integer(1)
            key.octetString(scalar)
            key.constructed(0xA0) { $0.objectIdentifier(curve) }
            key.constructed(0xA1) { $0.bitString(point) }
        }
        return der.bytes
    }
}

/// Reasons why a private key cannot be read, made or used.
package enum InvalidPrivateKey: Explained, Sendable, Equatable {
    case notPEM(InvalidPEM)
    case severalBlocks(Int)
    case unsupportedLabel(String)
    case encrypted
    case malformed
    /// Dotted object identifier.
    case unsupportedAlgorithm(String)
    case unusable(UnusableKey)
    case generationFailed(KeyAlgorithm)
    case signingFailed(KeyAlgorithm)

    /// The fault in words; never a part of the key.
    package var summary: String {
        switch self {
        case .notPEM(let error): "the private key is not PEM: \(error.summary)"
        case .severalBlocks(let count): "the private key file has \(count) PEM blocks"
        case .unsupportedLabel(let label): "the PEM block is a \(label), not a private key"
        case .encrypted: "the private key is encrypted"
        case .malformed: "the private key is not valid PKCS#8"
        case .unsupportedAlgorithm(let oid): "the private key algorithm \(oid) is not supported"
        case .unusable(let error): error.summary
        case .generationFailed(let algorithm): "a key of kind \(algorithm.name) could not be made"
        case .signingFailed(let algorithm): "the key of kind \(algorithm.name) could not sign"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .notPEM(let error): error.remedy
        case .severalBlocks: "keep the key in a file of its own"
        case .unsupportedLabel: "give a file that starts with -----BEGIN PRIVATE KEY-----"
        case .encrypted: "decrypt it with openssl pkey and protect the file by its permissions"
        case .malformed, .unsupportedAlgorithm: "make a new key: P-256, P-384, Ed25519 or RSA of 2048 bits or more"
        case .unusable(let error): error.remedy
        case .generationFailed, .signingFailed: "try again; if it stays so, the machine's random source or memory is at fault"
        }
    }
}
