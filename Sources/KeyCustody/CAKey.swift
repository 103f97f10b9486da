import Crypto
import Foundation
package import PKI

/// A CA's private key in memory, P-256 or P-384. Never printed.
package struct CAKey: Sendable {
    /// The curves a CA may use.
    package enum Kind: String, Sendable, CaseIterable {
        case p256 = "ec-p256"
        case p384 = "ec-p384"
    }

    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
    }

    private let material: Material
    /// The key certificates carry.
    package let publicKey: SubjectPublicKey

    /// Makes a new key. The library draws from the operating system and takes no other generator.
    package static func generate(_ kind: Kind) throws(KeyCustodyError) -> CAKey {
        switch kind {
        case .p256: try CAKey(.p256(P256.Signing.PrivateKey()), name: kind.rawValue)
        case .p384: try CAKey(.p384(P384.Signing.PrivateKey()), name: kind.rawValue)
        }
    }

    /// - Parameters:
    ///   - pkcs8DER: a PrivateKeyInfo (RFC 5208).
    ///   - name: for errors.
    init(pkcs8DER: [UInt8], name: String) throws(KeyCustodyError) {
        // The curve is found by trying: the library has no reader that tells which one it was.
        do { self = try CAKey(.p256(P256.Signing.PrivateKey(derRepresentation: pkcs8DER)), name: name) } catch {
            do { self = try CAKey(.p384(P384.Signing.PrivateKey(derRepresentation: pkcs8DER)), name: name) } catch {
                throw .unsupportedKey(name: name)
            }
        }
    }

    private init(_ material: Material, name: String) throws(KeyCustodyError) {
        let der =
            switch material {
            case .p256(let key): Array(key.publicKey.derRepresentation)
            case .p384(let key): Array(key.publicKey.derRepresentation)
            }
        do { publicKey = try SubjectPublicKey(der: der) } catch { throw .unsupportedKey(name: name) }
        self.material = material
    }

    /// The curve.
    package var kind: Kind {
        switch material {
        case .p256: .p256
        case .p384: .p384
        }
    }

    var pkcs8DER: [UInt8] {
        switch material {
        case .p256(let key): Array(key.derRepresentation)
        case .p384(let key): Array(key.derRepresentation)
        }
    }

    /// AlgorithmIdentifier of its signatures: ecdsa-with-SHA256 or ecdsa-with-SHA384, parameters absent (RFC 5758 §3.2).
    package var signatureAlgorithmDER: [UInt8] {
        switch material {
        case .p256: [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
        case .p384: [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03]
        }
    }

    /// A DER ECDSA signature over a digest, which must be of the hash that `signatureAlgorithmDER` names.
    package func sign(_ digest: SignatureDigest) throws(KeyCustodyError) -> [UInt8] {
        do {
            switch (material, digest) {
            case (.p256(let key), .sha256(let digest)): return der(try key.signature(for: digest).rawRepresentation)
            case (.p384(let key), .sha384(let digest)): return der(try key.signature(for: digest).rawRepresentation)
            case (.p256, .sha384), (.p384, .sha256): break
            }
        } catch { throw .cryptographyFailed("ECDSA: \(error)") }
        throw .cryptographyFailed("ECDSA: a digest of another curve's hash")
    }

    private func der(_ signature: Data) -> [UInt8] { ECDSASignature.der(raw: Array(signature)) }
}

extension CAKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<redacted>`.
    package var description: String { "<redacted>" }
    /// `<redacted>`.
    package var debugDescription: String { "<redacted>" }
    /// Without children, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
