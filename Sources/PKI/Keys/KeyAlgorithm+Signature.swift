extension KeyAlgorithm {
    /// An algorithm of signatures that this CA makes or believes (RFC 4055, 5758, 8410); SHA-1 is not among them.
    package struct Signature: Hashable, Sendable {
        /// Hash functions whose digest is signed in the place of a message.
        enum Hash: Sendable { case sha256, sha384, sha512 }

        /// AlgorithmIdentifier, DER.
        package let identifier: [UInt8]
        /// nil where the message itself is signed.
        let hash: Hash?

        package static let ecdsaWithSHA256 = ecdsa(2, .sha256)
        package static let ecdsaWithSHA384 = ecdsa(3, .sha384)
        package static let ecdsaWithSHA512 = ecdsa(4, .sha512)
        package static let sha256WithRSAEncryption = rsa(11, .sha256)
        package static let sha384WithRSAEncryption = rsa(12, .sha384)
        package static let sha512WithRSAEncryption = rsa(13, .sha512)
        package static let ed25519 = Self(identifier: [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70], hash: nil)

        /// Each with the key's own hash first, which is the one that keys sign with here.
        static let ofP256 = [ecdsaWithSHA256, ecdsaWithSHA384, ecdsaWithSHA512]
        static let ofP384 = [ecdsaWithSHA384, ecdsaWithSHA256, ecdsaWithSHA512]
        // RFC 4055 §5: the parameters of RSA signatures are NULL; "implementations MUST also accept the parameters being absent".
        static let ofRSA =
            [sha256WithRSAEncryption, sha384WithRSAEncryption, sha512WithRSAEncryption]
            + [(11, Hash.sha256), (12, .sha384), (13, .sha512)].map { rsa($0, $1, parameters: []) }

        private static func ecdsa(_ lastArc: UInt8, _ hash: Hash) -> Self {
            Self(identifier: [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, lastArc], hash: hash)
        }

        private static func rsa(_ lastArc: UInt8, _ hash: Hash, parameters: [UInt8] = [0x05, 0x00]) -> Self {
            let oid: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, lastArc]
            return Self(identifier: [0x30, UInt8(oid.count + parameters.count)] + oid + parameters, hash: hash)
        }

        /// Dotted object identifier of an AlgorithmIdentifier; empty when it has none.
        static func oid(of identifier: [UInt8]) -> String {
            var document = DERReader(identifier)
            guard var fields = try? document.open(0x30), let oid = try? fields.objectIdentifier() else { return "" }
            return oid.description
        }

        /// The name of an algorithm that is not accepted, by its dotted object identifier.
        static func name(of oid: String) -> String {
            switch oid {
            case "1.2.840.113549.1.1.4": "RSA and MD5"
            case "1.2.840.113549.1.1.5": "RSA and SHA-1"
            case "1.2.840.113549.1.1.10": "RSA-PSS"
            case "1.2.840.113549.1.1.14": "RSA and SHA-224"
            case "1.2.840.10045.4.1": "ECDSA and SHA-1"
            case "1.2.840.10045.4.3.1": "ECDSA and SHA-224"
            case "1.3.101.113": "Ed448"
            case "": "no known algorithm"
            default: "the algorithm \(oid)"
            }
        }
    }
}

/// An ECDSA signature as X.509 carries it: `ECDSA-Sig-Value`, two INTEGERs in DER (RFC 3279 §2.2.3).
package enum ECDSASignature {
    /// r and s, each padded to the size of the curve's order; nil of what is no such DER. The library's own way goes through big numbers and
    /// costs 6 µs.
    /// - Parameter coordinate: octets of the curve's order.
    package static func raw(_ der: ArraySlice<UInt8>, coordinate: Int) -> [UInt8]? {
        do throws(DERError) {
            var document = DERReader(Array(der))
            var values = try document.open(0x30)
            try document.requireEnd()
            let numbers = [try values.magnitude(), try values.magnitude()]
            try values.requireEnd()
            var raw: [UInt8] = []
            raw.reserveCapacity(2 * coordinate)
            for number in numbers {
                guard number.count <= coordinate else { return nil }
                raw += repeatElement(0, count: coordinate - number.count)
                raw += number
            }
            return raw
        } catch {
            return nil
        }
    }
    /// The DER of r and s that follow each other, each padded to the size of the curve's order.
    package static func der(raw: [UInt8]) -> [UInt8] {
        var writer = DERWriter(capacity: raw.count + 10)
        writer.constructed(0x30) { values in
            values.integer(Array(raw.prefix(raw.count / 2)))
            values.integer(Array(raw.suffix(raw.count / 2)))
        }
        return writer.bytes
    }
}
