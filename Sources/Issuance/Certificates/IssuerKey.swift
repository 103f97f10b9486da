internal import Crypto
package import PKI

/// A CA's private key as this target sees it: a signing function and its algorithm. Its storage is KeyCustody's concern.
package struct IssuerKey: Sendable {
    package let publicKey: SubjectPublicKey
    /// AlgorithmIdentifier, DER.
    package let signatureAlgorithm: [UInt8]
    let sign: @Sendable (_ digest: SignatureDigest) throws -> [UInt8]
    private let verifier: Verifier

    private enum Verifier {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
    }

    /// - Parameter sign: returns the content of the signature BIT STRING.
    package init(
        publicKey: SubjectPublicKey, signatureAlgorithm: [UInt8],
        sign: @escaping @Sendable (_ digest: SignatureDigest) throws -> [UInt8]
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

    /// The digest of the hash that belongs to the curve.
    func digest(of tbs: ArraySlice<UInt8>) -> SignatureDigest {
        switch verifier {
        case .p256: .sha256(of: tbs)
        case .p384: .sha384(of: tbs)
        }
    }

    /// True when the public key accepts a signature, DER `ECDSA-Sig-Value` over the curve's own digest.
    func accepts(_ signature: [UInt8], over digest: SignatureDigest) -> Bool {
        switch (verifier, digest) {
        case (.p256(let key), .sha256(let digest)):
            guard let raw = ECDSASignature.raw(signature[...], coordinate: 32),
                let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(parsed, for: digest)
        case (.p384(let key), .sha384(let digest)):
            guard let parsed = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: digest)
        case (.p256, .sha384), (.p384, .sha256): return false
        }
    }
}
