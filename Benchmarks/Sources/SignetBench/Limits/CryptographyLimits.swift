import Crypto

/// What the cryptography of one certificate costs, by the library that the server uses. Microseconds of CPU.
struct CryptographyLimits {
    let verify: Double
    let sign: Double

    /// What signing a CSR cannot do without: verify the request, sign the certificate, verify our own signature.
    var certificate: Double { verify + sign + verify }

    /// Measures with P-256 over a message as long as a certificate, key and signature decoded from bytes each time as the server must.
    static func measure(quick: Bool) throws -> Self {
        let iterations = quick ? 100 : 400
        let key = P256.Signing.PrivateKey()
        let message = [UInt8](repeating: 7, count: 700)
        let signature = try key.signature(for: message).derRepresentation
        let encoded = key.publicKey.derRepresentation
        let verify = try cost(iterations: iterations) {
            let publicKey = try P256.Signing.PublicKey(derRepresentation: encoded)
            guard publicKey.isValidSignature(try .init(derRepresentation: signature), for: message) else {
                throw BenchmarkFailure.unreadable("a signature of our own")
            }
        }
        let sign = try cost(iterations: iterations) { _ = try key.signature(for: message).derRepresentation }
        return Self(verify: verify, sign: sign)
    }

    /// Verifying with P-384, which a handshake pays when the chain is followed to a root with such a key.
    static func verifyP384() throws -> Double {
        let key = P384.Signing.PrivateKey()
        let message = [UInt8](repeating: 7, count: 700)
        let signature = try key.signature(for: message)
        return cost(iterations: 40) { _ = key.publicKey.isValidSignature(signature, for: message) }
    }

    /// Hashing these octets.
    static func sha256(of octets: [UInt8]) -> Double {
        cost(iterations: max(1, 4_000_000 / max(1, octets.count))) { _ = SHA256.hash(data: octets) }
    }
}
