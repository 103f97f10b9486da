import Foundation
import PKI

/// The one key that the harness signs with: an input's signature never fits what a fuzzer changed, so it is made anew, the same each time.
///
/// Seeds carry its public half: `30 2a 30 05 06 03 2b 65 70 03 21 00 …`.
enum FixedKey {
    /// Ed25519, whose signatures depend on nothing but key and message (RFC 8032).
    static func key() throws -> PrivateKey { try made.get() }

    private static let made = Result {
        let seed = [UInt8](repeating: 0x46, count: 32)
        return try PrivateKey(der: [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20] + seed)
    }

    /// The same signed structure (a request, a certificate or a CRL) with a signature that fits; nil when it is no SEQUENCE of a SEQUENCE.
    static func resigned(_ der: [UInt8]) throws -> [UInt8]? {
        let body: [UInt8]
        do {
            var document = DERReader(der)
            var structure = try document.open(0x30)
            body = Array(der[try structure.next(0x30).whole])
        } catch {
            return nil
        }
        return try signed(body)
    }

    /// `body`, the key's AlgorithmIdentifier and its signature.
    static func signed(_ body: [UInt8]) throws -> [UInt8] {
        let key = try key()
        let signature = try key.sign(body)
        var writer = DERWriter(capacity: body.count + 90)
        writer.constructed(0x30) { fields in
            fields.raw(body)
            fields.raw(key.algorithm.signature.identifier)
            fields.bitString(signature)
        }
        return writer.bytes
    }
}
