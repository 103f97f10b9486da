import X509

/// AlgorithmIdentifier DER of the signatures this CA makes and believes (RFC 4055, 5758, 8410); SHA-1 is not among them.
package enum SignatureAlgorithmDER {
    /// ecdsa-with-SHA256
    package static let ecdsaWithSHA256: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    /// ecdsa-with-SHA384
    package static let ecdsaWithSHA384: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03]
    /// ecdsa-with-SHA512
    package static let ecdsaWithSHA512: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04]
    /// sha256WithRSAEncryption
    package static let sha256WithRSAEncryption = rsa(11)
    /// sha384WithRSAEncryption
    package static let sha384WithRSAEncryption = rsa(12)
    /// sha512WithRSAEncryption
    package static let sha512WithRSAEncryption = rsa(13)
    /// id-Ed25519
    package static let ed25519: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]

    // RFC 4055 §5: the parameters of RSA signatures are NULL.
    private static func rsa(_ lastArc: UInt8) -> [UInt8] {
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, lastArc, 0x05, 0x00]
    }

    // RFC 4055 §5: "implementations MUST also accept the parameters being absent".
    private static func withoutParameters(_ lastArc: UInt8) -> [UInt8] {
        [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, lastArc]
    }

    /// Dotted object identifier of an AlgorithmIdentifier; empty when it has none.
    static func identifier(of der: [UInt8]) -> String {
        var document = DERReader(der)
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

    /// The algorithm as swift-certificates names it; nil for any other.
    static func x509(_ der: some Sequence<UInt8>) -> Certificate.SignatureAlgorithm? {
        switch Array(der) {
        case ecdsaWithSHA256: .ecdsaWithSHA256
        case ecdsaWithSHA384: .ecdsaWithSHA384
        case ecdsaWithSHA512: .ecdsaWithSHA512
        case sha256WithRSAEncryption, withoutParameters(11): .sha256WithRSAEncryption
        case sha384WithRSAEncryption, withoutParameters(12): .sha384WithRSAEncryption
        case sha512WithRSAEncryption, withoutParameters(13): .sha512WithRSAEncryption
        case ed25519: .ed25519
        default: nil
        }
    }
}
