import Crypto
import CryptoExtras
import Foundation

extension PrivateKey {
    /// PKCS#8 (RFC 5958), unencrypted.
    package var der: [UInt8] {
        switch storage {
        case .p256(let key): Array(key.derRepresentation)
        case .p384(let key): Array(key.derRepresentation)
        case .ed25519(let key): Self.ed25519DER(seed: key.rawRepresentation)
        case .rsa(let key): Array(key.pkcs8DERRepresentation)
        }
    }

    /// `-----BEGIN PRIVATE KEY-----`
    package var pem: String { PEM.encode(der, type: "PRIVATE KEY") }

    /// Reads PKCS#8, and the older SEC 1 and PKCS#1 forms that openssl still writes.
    package init(pem: String) throws(InvalidPrivateKey) {
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            if case .headers = error { throw .encrypted }
            throw .notPEM(error)
        }
        // openssl ecparam -genkey writes the curve in a block before the key.
        let keys = blocks.filter { $0.type != "EC PARAMETERS" }
        guard let key = keys.first, keys.count == 1 else { throw .severalBlocks(keys.count) }
        switch key.type {
        case "PRIVATE KEY": try self.init(der: key.der)
        case "EC PRIVATE KEY": try self.init(sec1: key.der)
        case "RSA PRIVATE KEY": try self.init(rsa: key.der)
        case "ENCRYPTED PRIVATE KEY": throw .encrypted
        default: throw .unsupportedLabel(key.type)
        }
    }

    /// Reads PKCS#8.
    package init(der: [UInt8]) throws(InvalidPrivateKey) {
        let info: (algorithm: ObjectIdentifierDER, curve: ObjectIdentifierDER?, key: ArraySlice<UInt8>)
        do throws(DERError) {
            info = try Self.readPKCS8(der)
        } catch {
            throw .malformed
        }
        switch KeyAlgorithm.allCases.first(where: { $0.identifier.oid == info.algorithm && $0.identifier.curve == info.curve }) {
        case .p256, .p384: try self.init(sec1: der)
        case .ed25519: try self.init(.ed25519(Self.ed25519(seed: info.key)))
        case .rsa: try self.init(rsa: der)
        case nil: throw .unsupportedAlgorithm((info.curve ?? info.algorithm).description)
        }
    }

    private init(sec1 der: [UInt8]) throws(InvalidPrivateKey) {
        if let key = try? P256.Signing.PrivateKey(derRepresentation: der) {
            try self.init(.p256(key))
        } else if let key = try? P384.Signing.PrivateKey(derRepresentation: der) {
            try self.init(.p384(key))
        } else {
            throw .malformed
        }
    }

    private init(rsa der: [UInt8]) throws(InvalidPrivateKey) {
        guard let key = try? _RSA.Signing.PrivateKey(derRepresentation: der) else { throw .malformed }
        try self.init(.rsa(key))
    }

    private static func readPKCS8(
        _ der: [UInt8]
    ) throws(DERError) -> (algorithm: ObjectIdentifierDER, curve: ObjectIdentifierDER?, key: ArraySlice<UInt8>) {
        var document = DERReader(der)
        var info = try document.open(0x30)
        try document.requireEnd()
        _ = try info.integer()
        var algorithm = try info.open(0x30)
        let oid = try algorithm.objectIdentifier()
        let curve = algorithm.nextTag == 0x06 ? try algorithm.objectIdentifier() : nil
        return (oid, curve, info.bytes[try info.next(0x04).content])
    }

    // RFC 8410 §7: the seed is an OCTET STRING within the OCTET STRING.
    private static func ed25519(seed wrapped: ArraySlice<UInt8>) throws(InvalidPrivateKey) -> Curve25519.Signing.PrivateKey {
        guard wrapped.count == 34, wrapped.starts(with: [0x04, 0x20]),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: wrapped.dropFirst(2))
        else { throw .malformed }
        return key
    }

    private static func ed25519DER(seed: Data) -> [UInt8] {
        var der = DERWriter(capacity: 48)
        der.constructed(0x30) { info in
            info.integer(0)
            info.constructed(0x30) { $0.objectIdentifier(.ed25519) }
            info.constructed(0x04) { $0.octetString(Array(seed)) }
        }
        return der.bytes
    }
}

extension PrivateKey.Storage {
    /// The SubjectPublicKeyInfo of the key.
    var publicKeyDER: [UInt8] {
        switch self {
        case .p256(let key): return Array(key.publicKey.derRepresentation)
        case .p384(let key): return Array(key.publicKey.derRepresentation)
        case .ed25519(let key):
            var der = DERWriter(capacity: 44)
            der.constructed(0x30) { info in
                info.constructed(0x30) { $0.objectIdentifier(.ed25519) }
                info.bitString(Array(key.publicKey.rawRepresentation))
            }
            return der.bytes
        case .rsa(let key): return Array(key.publicKey.derRepresentation)
        }
    }
}
