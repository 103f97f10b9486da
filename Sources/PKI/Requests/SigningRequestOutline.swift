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
