import Crypto
package import PKI

extension PrivateKey {
    /// Signs a digest, as a CA's key does.
    package func sign(_ digest: SignatureDigest) throws -> [UInt8] {
        switch digest {
        case .sha256(let digest): Array(try P256.Signing.PrivateKey(pemRepresentation: pem).signature(for: digest).derRepresentation)
        case .sha384(let digest): Array(try P384.Signing.PrivateKey(pemRepresentation: pem).signature(for: digest).derRepresentation)
        }
    }
}
