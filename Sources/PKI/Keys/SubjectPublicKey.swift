import Crypto
import CryptoExtras
import Foundation

/// A subject public key (RFC 5280 §4.1.2.7) that is on its curve or has a modulus without known weakness.
package struct SubjectPublicKey: Hashable, Sendable {
    /// The whole SubjectPublicKeyInfo.
    package let der: [UInt8]
    package let algorithm: KeyAlgorithm
    /// 20 octets: the start of the SHA-256 of the key's BIT STRING (RFC 7093 §2, method 1).
    package let keyIdentifier: [UInt8]
    /// SHA-256 of `der`.
    package let sha256: [UInt8]
    private let material: Material

    /// The key as the library holds it, where its check of a point need not be done again for a signature.
    private enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case ed25519, rsa
    }

    /// - Parameter der: a SubjectPublicKeyInfo and nothing after it.
    package init(der: [UInt8]) throws(UnusableKey) {
        let (identifier, key) = try Self.read(der)
        (algorithm, material) = try Self.check(key, identifier)
        self.der = der
        keyIdentifier = Array(SHA256.hash(data: key).prefix(20))
        sha256 = Array(SHA256.hash(data: der))
    }

    package static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(sha256) }

    private static func read(_ der: [UInt8]) throws(UnusableKey) -> (AlgorithmIdentifier, ArraySlice<UInt8>) {
        do throws(DERError) {
            var document = DERReader(der)
            var info = try document.open(0x30)
            try document.requireEnd()
            var algorithm = try info.open(0x30)
            let identifier = try AlgorithmIdentifier(&algorithm)
            try algorithm.requireEnd()
            let key = try info.octetsOfBitString()
            try info.requireEnd()
            return (identifier, key)
        } catch {
            throw .malformed(error)
        }
    }

    // RFC 5480 §2.2: the uncompressed form is the one everybody must support. swift-crypto verifies the curve equation. One
    // encoding of each key, so that two keys are equal when their octets are.
    private static func check(
        _ key: ArraySlice<UInt8>, _ identifier: AlgorithmIdentifier
    ) throws(UnusableKey) -> (KeyAlgorithm, Material) {
        guard let algorithm = KeyAlgorithm.allCases.first(where: { $0.identifier == identifier }) else {
            throw unknown(identifier)
        }
        switch algorithm {
        case .p256:
            guard key.count == 65, key.first == 4, let point = try? P256.Signing.PublicKey(x963Representation: key) else {
                throw .pointNotOnCurve(curve: algorithm.title)
            }
            return (algorithm, .p256(point))
        case .p384:
            guard key.count == 97, key.first == 4, let point = try? P384.Signing.PublicKey(x963Representation: key) else {
                throw .pointNotOnCurve(curve: algorithm.title)
            }
            return (algorithm, .p384(point))
        case .ed25519:
            guard key.count == 32 else { throw .invalidLength(algorithm: algorithm.title, octets: key.count) }
            try EdwardsPoint.check(Array(key))
            return (algorithm, .ed25519)
        case .rsa:
            return (.rsa(bits: try RSAPublicKey(der: Array(key)).checkedBits()), .rsa)
        }
    }

    private static func unknown(_ identifier: AlgorithmIdentifier) -> UnusableKey {
        switch (identifier.oid, identifier.parameters) {
        case (.ecPublicKey, .curve(let curve)): return .unsupportedCurve(curve.description)
        case (.ecPublicKey, _): return .unsupportedParameters(algorithm: "EC")
        case (let oid, _):
            let known = KeyAlgorithm.allCases.first { $0.identifier.oid == oid }
            return known.map { .unsupportedParameters(algorithm: $0.title) } ?? .unsupportedAlgorithm(oid.description)
        }
    }
}

extension SubjectPublicKey {
    /// True when this key verifies a signature in a document.
    /// - Parameters:
    ///   - signature: the content of the BIT STRING.
    ///   - identifier: AlgorithmIdentifier of the signature, DER.
    package func accepts(
        _ signature: ArraySlice<UInt8>, by identifier: ArraySlice<UInt8>, over octets: ArraySlice<UInt8>
    ) -> Bool {
        guard let found = algorithm.signatures.first(where: { $0.identifier[...] == identifier }) else { return false }
        return accepts(signature, over: ToBeSigned(octets, by: found))
    }

    /// True when this key verifies a signature.
    /// - Parameter signature: the content of the BIT STRING.
    package func accepts(_ signature: ArraySlice<UInt8>, over message: ToBeSigned) -> Bool {
        switch message.digest {
        case .sha256(let digest): return accepts(signature, digest)
        case .sha384(let digest): return accepts(signature, digest)
        case .sha512(let digest): return accepts(signature, digest)
        case nil:
            guard case .ed25519 = material, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: der.suffix(32)) else {
                return false
            }
            return key.isValidSignature(signature, for: message.octets)
        }
    }

    private func accepts(_ signature: ArraySlice<UInt8>, _ digest: some Digest) -> Bool {
        switch material {
        case .p256(let key):
            guard let raw = ECDSASignature.raw(signature, coordinate: 32),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p384(let key):
            guard let raw = ECDSASignature.raw(signature, coordinate: 48),
                let signature = try? P384.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .rsa:
            let key = try? _RSA.Signing.PublicKey(derRepresentation: der)
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key?.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5) ?? false
        case .ed25519:
            return false
        }
    }
}

/// Encodings of points of edwards25519 (RFC 8032 §5.1.2) that are no Ed25519 public key, although signatures verify with them.
enum EdwardsPoint {
    /// Refuses points of small order, for which anybody can make a signature that fits nearly every message, and second spellings of a point.
    /// - Parameter encoding: 32 octets, y in little-endian order below the sign of x.
    static func check(_ encoding: [UInt8]) throws(UnusableKey) {
        var y = encoding
        y[31] &= 0x7F
        // From p = 2²⁵⁵ − 19 on, y is a smaller number written a second time.
        guard !(y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] >= 0xED) else { throw .notCanonical(algorithm: "Ed25519") }
        // With x = 0 the sign bit would be a second spelling too: y is 1 or −1 there, and both are of small order.
        guard !ofSmallOrder.contains(y) else { throw .smallOrder(algorithm: "Ed25519") }
    }

    /// The y of the eight points whose order divides 8: 0 (two points), 1, −1, and ±c of two points each.
    private static let ofSmallOrder: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31), [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
