import SwiftASN1
import X509

/// A PKCS#10 request (RFC 2986), read and its signature verified. What it asks for is for a profile to judge. A class, because it goes through
/// many hands.
package final class SigningRequest: Sendable {
    /// Octets of DER; an ML-DSA-65 request with many names stays far below.
    package static let largestSize = 65_536

    package let publicKey: SubjectPublicKey
    package let subject: RequestedSubject
    /// The subjectAltName of the extensionRequest, in its order.
    package let names: [GeneralName]
    /// Whether it asks for CA:TRUE, keyCertSign or cRLSign.
    package let requestsCA: Bool
    /// Dotted object identifiers of critical extensions that are neither names, key usages nor basicConstraints.
    package let unknownCriticalExtensions: [String]

    /// Reads one request and nothing after it.
    package init(der: [UInt8]) throws(InvalidSigningRequest) {
        guard der.count <= Self.largestSize else { throw .tooLarge(octets: der.count) }
        let outline = try SigningRequestOutline(der: der)
        do throws(UnusableKey) {
            publicKey = try SubjectPublicKey(der: outline.publicKeyInfo)
        } catch {
            throw .unusableKey(error)
        }
        let extensions =
            if let plain = try Self.plain(outline, key: publicKey, der) { plain } else { try Self.general(outline, der) }
        subject = outline.subject
        if let oid = subject.unreadable.first { throw .unreadableName(oid) }
        names = extensions.names
        requestsCA = extensions.requestsCA
        unknownCriticalExtensions = extensions.unknownCritical
    }

    /// Reads one PEM block, nothing but blanks around it.
    package convenience init(pem: String) throws(InvalidSigningRequest) {
        guard pem.utf8.count <= Self.largestSize * 3 / 2 else { throw .tooLarge(octets: pem.utf8.count) }
        let blocks: [(type: String, der: [UInt8])]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem, strict: true)
        } catch {
            throw .notPEM(error)
        }
        guard let block = blocks.first, blocks.count == 1 else { throw .severalBlocks(blocks.count) }
        // RFC 7468 §7: generators write the first, parsers may accept the second.
        guard block.type == "CERTIFICATE REQUEST" || block.type == "NEW CERTIFICATE REQUEST" else { throw .wrongLabel(block.type) }
        try self.init(der: block.der)
    }

    /// A P-256 request of the common shape, read without building a tree; nil for any other.
    private static func plain(
        _ outline: SigningRequestOutline, key: SubjectPublicKey, _ der: [UInt8]
    ) throws(InvalidSigningRequest) -> RequestedExtensions? {
        guard key.algorithm == .p256, outline.signatureAlgorithm == SignatureAlgorithmDER.ecdsaWithSHA256, outline.hasPlainSubject,
            let extensions = RequestedExtensions(plain: outline.attributes)
        else { return nil }
        guard key.acceptsP256(outline.signature, over: der[outline.info]) else { throw .badSignature }
        return extensions
    }

    private static func general(
        _ outline: SigningRequestOutline, _ der: [UInt8]
    ) throws(InvalidSigningRequest) -> RequestedExtensions {
        let request: CertificateSigningRequest
        do { request = try CertificateSigningRequest(derEncoded: der) } catch { throw .malformed(reason: explanation(of: error)) }
        guard request.attributes.count == outline.attributeCount else { throw .repeatedAttribute }
        guard SignatureAlgorithmDER.x509(outline.signatureAlgorithm) != nil else {
            throw .unsupportedSignatureAlgorithm(hexadecimal(outline.signatureAlgorithm))
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else { throw .badSignature }
        return try RequestedExtensions(request)
    }
}
