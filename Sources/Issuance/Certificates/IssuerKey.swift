internal import Crypto
package import PKI

/// A CA's private key as this target sees it: it signs, and says with which algorithm. Where it lives is not known here.
package struct IssuerKey: Sendable {
    package let publicKey: SubjectPublicKey
    /// AlgorithmIdentifier, DER.
    package let signatureAlgorithm: [UInt8]
    let sign: @Sendable (_ tbs: [UInt8]) throws -> [UInt8]
    private let verifier: Verifier

    private enum Verifier {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
    }

    /// - Parameter sign: returns the content of the signature BIT STRING.
    package init(
        publicKey: SubjectPublicKey, signatureAlgorithm: [UInt8], sign: @escaping @Sendable (_ tbs: [UInt8]) throws -> [UInt8]
    ) throws(IssuerFault) {
        self.publicKey = publicKey
        self.signatureAlgorithm = signatureAlgorithm
        self.sign = sign
        do {
            switch publicKey.algorithm {
            case .p256: verifier = .p256(try P256.Signing.PublicKey(derRepresentation: publicKey.der))
            case .p384: verifier = .p384(try P384.Signing.PublicKey(derRepresentation: publicKey.der))
            case .ed25519, .rsa: throw IssuerFault.keyTypeUnsupported(publicKey.algorithm.name)
            }
        } catch {
            throw .keyTypeUnsupported(publicKey.algorithm.name)
        }
    }

    /// Whether the public key accepts a signature, DER `ECDSA-Sig-Value` with the curve's own digest.
    func accepts(_ signature: [UInt8], over tbs: [UInt8]) -> Bool {
        switch verifier {
        case .p256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: SHA256.hash(data: tbs))
        case .p384(let key):
            guard let parsed = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: SHA384.hash(data: tbs))
        }
    }
}
