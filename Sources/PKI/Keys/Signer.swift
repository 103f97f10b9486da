import Crypto

/// A private key that signs in its algorithm's one way, wherever it is kept: in memory, in an HSM, behind a network.
///
/// A key in memory answers on its caller's thread. One that blocks goes to an executor of its own.
package protocol Signer: Sendable {
    var publicKey: SubjectPublicKey { get }

    /// The content of the signature BIT STRING.
    func sign(_ message: ToBeSigned) async throws(SigningFailure) -> [UInt8]
}

/// The reason for which a key did not sign.
package struct SigningFailure: Error, Equatable {
    /// In the words of whatever keeps the key.
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// A message with the digest that is signed in its place: a CRL of a million entries is digested once, for signing it and for checking the
/// signature, and is not copied.
package struct ToBeSigned: Sendable {
    /// A reference to the caller's octets: a change of them, while this value lives, copies them.
    package let octets: ArraySlice<UInt8>
    /// nil where the octets themselves are signed.
    let digest: Digest?

    enum Digest {
        case sha256(SHA256.Digest)
        case sha384(SHA384.Digest)
        case sha512(SHA512.Digest)
    }

    package init(_ octets: ArraySlice<UInt8>, by algorithm: KeyAlgorithm.Signature) {
        self.octets = octets
        digest =
            switch algorithm.hash {
            case .sha256: .sha256(SHA256.digest(of: octets))
            case .sha384: .sha384(SHA384.digest(of: octets))
            case .sha512: .sha512(SHA512.digest(of: octets))
            case nil: nil
            }
    }
}

extension HashFunction {
    fileprivate static func digest(of octets: ArraySlice<UInt8>) -> Digest {
        var hash = Self()
        unsafe octets.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}
