import Crypto
import Foundation

/// Certificate signing requests (RFC 2986) for keys of our own, made by the thousand before the clock runs.
struct SigningRequest {
    /// Requests share a few keys: making a key costs the client more than the server's whole answer.
    struct Key: Sendable {
        fileprivate let key: P256.Signing.PrivateKey
        fileprivate let publicKeyDER: [UInt8]

        init() {
            key = P256.Signing.PrivateKey()
            publicKeyDER = Array(key.publicKey.derRepresentation)
        }

        /// PKCS#8.
        var pem: String { key.pemRepresentation }
    }

    /// PEM.
    let pem: String

    /// - Parameters:
    ///   - commonName: the subject's only attribute.
    ///   - dnsName: the only subject alternative name; nil for none.
    init(key: Key, commonName: String, dnsName: String?) throws {
        let info = Self.sequence(
            [0x02, 0x01, 0x00], Self.name(commonName), key.publicKeyDER, Self.element(0xa0, dnsName.map(Self.extensionRequest) ?? []))
        let signature = Array(try key.key.signature(for: info).derRepresentation)
        let request = Self.sequence(info, Self.sequence(Self.ecdsaWithSHA256), Self.element(0x03, [0] + signature))
        let base64 = Data(request).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        pem = "-----BEGIN CERTIFICATE REQUEST-----\n\(base64)\n-----END CERTIFICATE REQUEST-----\n"
    }

    private static let ecdsaWithSHA256: [UInt8] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
    private static let commonNameType: [UInt8] = [0x06, 0x03, 0x55, 0x04, 0x03]
    private static let extensionRequestType: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]
    private static let subjectAltName: [UInt8] = [0x06, 0x03, 0x55, 0x1d, 0x11]

    private static func name(_ commonName: String) -> [UInt8] {
        sequence(element(0x31, sequence(commonNameType, element(0x0c, Array(commonName.utf8)))))
    }

    private static func extensionRequest(_ dnsName: String) -> [UInt8] {
        let names = sequence(element(0x82, Array(dnsName.utf8)))
        return sequence(extensionRequestType, element(0x31, sequence(sequence(subjectAltName, element(0x04, names)))))
    }

    private static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, Array(parts.joined())) }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 0x80 { return [tag, UInt8(count)] + content }
        if count < 0x100 { return [tag, 0x81, UInt8(count)] + content }
        return [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xff)] + content
    }
}
