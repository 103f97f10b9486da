package import Crypto

/// The digest that an ECDSA signature is made over. A list of a million entries is digested once for signing and for checking the signature.
package enum SignatureDigest: Sendable {
    case sha256(SHA256.Digest)
    case sha384(SHA384.Digest)

    /// SHA-256 of octets.
    package static func sha256(of octets: ArraySlice<UInt8>) -> Self {
        var hash = SHA256()
        unsafe octets.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return .sha256(hash.finalize())
    }

    /// SHA-384 of octets.
    package static func sha384(of octets: ArraySlice<UInt8>) -> Self {
        var hash = SHA384()
        unsafe octets.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return .sha384(hash.finalize())
    }
}
