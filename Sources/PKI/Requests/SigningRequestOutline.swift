/// The parts of a PKCS#10 request that are looked at before a general parser is let at it.
struct SigningRequestOutline {
    /// The CertificationRequestInfo: what is signed.
    let info: Range<Int>
    let subject: RequestedSubject
    /// Every relative name holds one attribute, of a type and with a text known here.
    let hasPlainSubject: Bool
    let publicKeyInfo: [UInt8]
    /// Over the content of the attributes field.
    let attributes: DERReader
    let attributeCount: Int
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
            let name = try info.open(0x30)
            subject = try RequestedSubject(name)
            hasPlainSubject = subject.others.isEmpty && subject.unreadable.isEmpty ? try Self.isFlat(name) : false
            publicKeyInfo = Array(der[try info.next(0x30).whole])
            // RFC 2986 §4.1 has the field always; some tools leave an empty one out.
            attributes = try info.nextIfPresent(0xA0).map(info.inside) ?? info.inside(signed.content.upperBound..<signed.content.upperBound)
            attributeCount = try Self.count(attributes, tag: 0x30)
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

    private static func isFlat(_ name: DERReader) throws(DERError) -> Bool {
        var name = name
        while !name.isAtEnd {
            let relative = try name.open(0x31)
            guard try count(relative, tag: 0x30) == 1 else { return false }
        }
        return true
    }

    private static func count(_ values: DERReader, tag: UInt8) throws(DERError) -> Int {
        var values = values
        var count = 0
        while !values.isAtEnd {
            _ = try values.next(tag)
            count += 1
        }
        return count
    }
}
