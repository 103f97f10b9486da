/// A PKCS#10 request (RFC 2986), read and its signature verified. A profile judges its content. A class, because many functions pass it on.
package final class SigningRequest: Sendable {
    /// Octets of DER; an ML-DSA-65 request with many names stays far below.
    package static let largestSize = 65_536

    package let publicKey: SubjectPublicKey
    package let subject: RequestedSubject
    /// The subjectAltName of the extensionRequest, in its order.
    package let names: [GeneralName]
    /// True when it asks for CA:TRUE, keyCertSign or cRLSign.
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
        try Self.checkSignature(outline, key: publicKey, der)
        let extensions = try RequestedExtensions(outline.attributes)
        subject = outline.subject
        names = extensions.names
        requestsCA = extensions.requestsCA
        unknownCriticalExtensions = extensions.unknownCritical
    }

    /// Reads the one PEM block of a text; text around it, as `openssl req -text` and `certtool` write it, is ignored.
    package convenience init(pem: String) throws(InvalidSigningRequest) {
        guard pem.utf8.count <= Self.largestSize * 2 else { throw .tooLarge(octets: pem.utf8.count) }
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            throw .notPEM(error)
        }
        guard let block = blocks.first, blocks.count == 1 else { throw .severalBlocks(blocks.count) }
        // RFC 7468 §7: generators write the first, parsers may accept the second.
        guard block.type == "CERTIFICATE REQUEST" || block.type == "NEW CERTIFICATE REQUEST" else { throw .wrongLabel(block.type) }
        try self.init(der: block.der)
    }

    /// Proof of possession, over the exact octets that came.
    private static func checkSignature(
        _ outline: SigningRequestOutline, key: SubjectPublicKey, _ der: [UInt8]
    ) throws(InvalidSigningRequest) {
        let algorithm = outline.signatureAlgorithm
        guard !key.accepts(outline.signature, by: algorithm[...], over: der[outline.info]) else { return }
        let isKnown = KeyAlgorithm.allCases.contains { $0.signatures.contains { $0.identifier == algorithm } }
        throw isKnown ? .badSignature : .unsupportedSignatureAlgorithm(KeyAlgorithm.Signature.oid(of: algorithm))
    }
}

/// The parts of a PKCS#10 request, read strictly and without a tree of its attributes.
struct SigningRequestOutline {
    /// The CertificationRequestInfo, which is signed.
    let info: Range<Int>
    let subject: RequestedSubject
    let publicKeyInfo: [UInt8]
    /// Over the content of the attributes field.
    let attributes: DERReader
    let signatureAlgorithm: [UInt8]
    /// Without the octet that counts unused bits; empty when that is not 0.
    let signature: ArraySlice<UInt8>

    init(der: [UInt8]) throws(InvalidSigningRequest) {
        let version: Int64
        do throws(DERError) {
            var document = DERReader(der)
            let whole = try document.next(0x30)
            guard document.isAtEnd else { throw .trailingOctets(at: whole.whole.upperBound) }
            var request = document.inside(whole)
            let signed = try request.next(0x30)
            self.info = signed.whole
            var info = request.inside(signed)
            version = try info.integer()
            subject = try RequestedSubject(try info.open(0x30))
            publicKeyInfo = Array(der[try info.next(0x30).whole])
            // RFC 2986 §4.1 has the field always; some tools leave an empty one out.
            attributes = try info.nextIfPresent(0xA0).map(info.inside) ?? info.inside(signed.content.upperBound..<signed.content.upperBound)
            try info.requireEnd()
            signatureAlgorithm = Array(der[try request.next(0x30).whole])
            let bits = der[try request.next(0x03).content]
            signature = bits.first == 0 ? bits.dropFirst() : []
            try request.requireEnd()
        } catch {
            if case .trailingOctets(let end) = error { throw .trailingOctets(der.count - end) }
            throw .notDER(error)
        }
        guard version == 0 else { throw .unsupportedVersion(version) }
    }
}
