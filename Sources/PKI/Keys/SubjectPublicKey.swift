import Crypto
import Foundation

/// A subject public key (RFC 5280 §4.1.2.7) that is on its curve or has a modulus without known weakness.
package struct SubjectPublicKey: Hashable, Sendable {
    /// The kinds of key this CA certifies.
    package enum Algorithm: Hashable, Sendable {
        case p256, p384, ed25519
        case rsa(bits: Int)

        /// `ec-p256`, `ec-p384`, `ed25519` or `rsa-2048`.
        package var name: String {
            switch self {
            case .p256: "ec-p256"
            case .p384: "ec-p384"
            case .ed25519: "ed25519"
            case .rsa(let bits): "rsa-\(bits)"
            }
        }
    }

    /// The whole SubjectPublicKeyInfo.
    package let der: [UInt8]
    package let algorithm: Algorithm
    /// 20 octets: the start of the SHA-256 of the key's BIT STRING (RFC 7093 §2, method 1).
    package let keyIdentifier: [UInt8]
    /// SHA-256 of `der`.
    package let sha256: [UInt8]
    /// The key as the library holds it, whose check of the point need not be done again for a signature; nil of other kinds.
    private let p256: P256.Signing.PublicKey?

    /// - Parameter der: a SubjectPublicKeyInfo and nothing after it.
    package init(der: [UInt8]) throws(UnusableKey) {
        let (info, key) = try Self.read(der)
        (algorithm, p256) = try Self.check(key: key, info: info)
        self.der = der
        keyIdentifier = Array(SHA256.hash(data: key).prefix(20))
        sha256 = Array(SHA256.hash(data: der))
    }

    /// True when this is a P-256 key and verifies a signature, DER `ECDSA-Sig-Value` with SHA-256 (RFC 5758 §3.2).
    package func acceptsP256(_ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>) -> Bool {
        guard let key = p256, let raw = ECDSASignature.raw(signature, coordinate: 32),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
        else { return false }
        return key.isValidSignature(signature, for: SHA256.hash(data: message))
    }

    package static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(sha256) }

    private enum Parameters {
        case absent, null, other
        case curve(ObjectIdentifierDER)
    }

    private struct AlgorithmInfo {
        let oid: ObjectIdentifierDER
        let parameters: Parameters
    }

    private static func read(_ der: [UInt8]) throws(UnusableKey) -> (AlgorithmInfo, ArraySlice<UInt8>) {
        do throws(DERError) {
            var document = DERReader(der)
            var info = try document.open(0x30)
            try document.requireEnd()
            var algorithm = try info.open(0x30)
            let oid = try algorithm.objectIdentifier()
            let parameters = try parameters(&algorithm)
            try algorithm.requireEnd()
            let key = try info.octetsOfBitString()
            try info.requireEnd()
            return (AlgorithmInfo(oid: oid, parameters: parameters), key)
        } catch {
            throw .malformed(error)
        }
    }

    private static func parameters(_ algorithm: inout DERReader) throws(DERError) -> Parameters {
        switch algorithm.nextTag {
        case nil: return .absent
        case 0x06: return .curve(try algorithm.objectIdentifier())
        default:
            let value = try algorithm.next()
            return value.tag == 0x05 && value.content.isEmpty ? .null : .other
        }
    }

    private static func check(
        key: ArraySlice<UInt8>, info: AlgorithmInfo
    ) throws(UnusableKey) -> (Algorithm, P256.Signing.PublicKey?) {
        switch (info.oid, info.parameters) {
        case (.ecPublicKey, .curve(let curve)):
            return try checkPoint(key, curve: curve)
        case (.ecPublicKey, _):
            throw .unsupportedParameters(algorithm: "EC")
        case (.ed25519, .absent):
            guard key.count == 32 else { throw .invalidLength(algorithm: "Ed25519", octets: key.count) }
            try EdwardsPoint.check(Array(key))
            return (.ed25519, nil)
        case (.ed25519, _):
            throw .unsupportedParameters(algorithm: "Ed25519")
        case (.rsaEncryption, .null):
            return (.rsa(bits: try RSAPublicKey(der: Array(key)).checkedBits()), nil)
        case (.rsaEncryption, _):
            // RFC 3279 §2.3.1: the parameters are NULL, and present.
            throw .unsupportedParameters(algorithm: "RSA")
        default:
            throw .unsupportedAlgorithm(info.oid.description)
        }
    }

    // RFC 5480 §2.2: the uncompressed form is the one everybody must support. swift-crypto verifies the curve equation. One
    // encoding of each key, so that two keys are equal when their octets are.
    private static func checkPoint(
        _ point: ArraySlice<UInt8>, curve: ObjectIdentifierDER
    ) throws(UnusableKey) -> (Algorithm, P256.Signing.PublicKey?) {
        switch curve {
        case .secp256r1:
            guard point.count == 65, point.first == 4, let key = try? P256.Signing.PublicKey(x963Representation: point) else {
                throw .pointNotOnCurve(curve: "P-256")
            }
            return (.p256, key)
        case .secp384r1:
            guard point.count == 97, point.first == 4, (try? P384.Signing.PublicKey(x963Representation: point)) != nil else {
                throw .pointNotOnCurve(curve: "P-384")
            }
            return (.p384, nil)
        default:
            throw .unsupportedCurve(curve.description)
        }
    }
}
