import Crypto
import CryptoExtras
import Foundation

extension PrivateKey {
    /// The key in the form of its algorithm, as Vault writes it unless it is asked for PKCS#8: SEC 1 for EC (RFC 5915), PKCS#1 for RSA
    /// (RFC 8017 §A.1.2). Ed25519 has no other form than PKCS#8 (RFC 8410 §7).
    package var traditional: (type: String, der: [UInt8]) {
        switch storage {
        case .p256(let key):
            ("EC PRIVATE KEY", Self.sec1(Array(key.rawRepresentation), .secp256r1, point: Array(key.publicKey.x963Representation)))
        case .p384(let key):
            ("EC PRIVATE KEY", Self.sec1(Array(key.rawRepresentation), .secp384r1, point: Array(key.publicKey.x963Representation)))
        case .ed25519: ("PRIVATE KEY", der)
        case .rsa(let key): ("RSA PRIVATE KEY", Array(key.derRepresentation))
        }
    }

    /// ECPrivateKey, with curve and public key as openssl writes them.
    private static func sec1(_ scalar: [UInt8], _ curve: ObjectIdentifierDER, point: [UInt8]) -> [UInt8] {
        var der = DERWriter(capacity: 192)
        der.constructed(0x30) { key in
            key.integer(1)
            key.octetString(scalar)
            key.constructed(0xA0) { $0.objectIdentifier(curve) }
            key.constructed(0xA1) { $0.bitString(point) }
        }
        return der.bytes
    }
}
