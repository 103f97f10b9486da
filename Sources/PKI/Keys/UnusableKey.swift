/// Reasons why a public key must not be certified, or cannot even be read.
package enum UnusableKey: Explained, Sendable, Equatable {
    case malformed(DERError)
    /// Dotted object identifier.
    case unsupportedAlgorithm(String)
    /// Dotted object identifier.
    case unsupportedCurve(String)
    case unsupportedParameters(algorithm: String)
    case pointNotOnCurve(curve: String)
    case invalidLength(algorithm: String, octets: Int)
    /// A point of order 8 or less: it has no private key.
    case smallOrder(algorithm: String)
    /// A second encoding of a point.
    case notCanonical(algorithm: String)
    case rsaTooSmall(bits: Int)
    case rsaTooLarge(bits: Int)
    case rsaExponentTooSmall(UInt64)
    case rsaExponentEven
    case rsaExponentTooLarge(bits: Int)
    case rsaSmallFactor(UInt32)
    /// CVE-2017-15361.
    case rsaROCA
    case rsaClosePrimes

    /// The fault in words.
    package var summary: String {
        switch self {
        case .malformed(let error): "the public key is not valid DER: \(error.summary)"
        case .unsupportedAlgorithm(let oid): "the public key algorithm \(oid) is not supported"
        case .unsupportedCurve(let oid): "the elliptic curve \(oid) is not supported"
        case .unsupportedParameters(let algorithm): "the public key has parameters that \(algorithm) keys do not have"
        case .pointNotOnCurve(let curve): "the public key is not an uncompressed point on the curve \(curve)"
        case .invalidLength(let algorithm, let octets): "the public key has \(octets) octets, which is no length of an \(algorithm) key"
        case .smallOrder(let algorithm): "the \(algorithm) public key is a point of small order: anybody can sign for it"
        case .notCanonical(let algorithm): "the \(algorithm) public key is not the canonical encoding of its point"
        case .rsaTooSmall(let bits): "the RSA key has only \(bits) bits"
        case .rsaTooLarge(let bits): "the RSA key has \(bits) bits"
        case .rsaExponentTooSmall(let exponent): "the RSA key has the public exponent \(exponent)"
        case .rsaExponentEven: "the RSA key has an even public exponent"
        case .rsaExponentTooLarge(let bits): "the RSA key has a public exponent of \(bits) bits"
        case .rsaSmallFactor(let prime): "the RSA modulus is divisible by \(prime)"
        case .rsaROCA: "the RSA modulus was made by a faulty generator (ROCA, CVE-2017-15361)"
        case .rsaClosePrimes: "the RSA modulus is the product of two primes so close that it was factored"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .malformed: "make the request again with a well-known tool such as openssl req"
        case .unsupportedAlgorithm, .unsupportedCurve, .unsupportedParameters:
            "make a P-256, P-384, Ed25519 or RSA key of 2048 bits or more"
        case .pointNotOnCurve, .invalidLength, .smallOrder, .notCanonical: "make a new key and a new request from it"
        case .rsaTooSmall, .rsaTooLarge: "make an RSA key of 2048 to \(KeyAlgorithm.modulusSizes.upperBound) bits, or a P-256 key"
        case .rsaExponentTooSmall, .rsaExponentEven, .rsaExponentTooLarge: "make a new key with the public exponent 65537"
        case .rsaSmallFactor, .rsaROCA, .rsaClosePrimes:
            "never use this key again; make a new one with a sound generator such as openssl genpkey"
        }
    }
}

/// The rule for a public key that a live certificate of another identity has: whoever holds the key holds both identities, and its compromise ends both.
package enum KeyReuse: String, Sendable, CaseIterable { case refuse, warn, allow }
