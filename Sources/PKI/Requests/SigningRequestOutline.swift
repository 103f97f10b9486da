/// The parts of a PKCS#10 request that are looked at before a general parser is let at it.
struct SigningRequestOutline {
    let subject: RequestedSubject
    let publicKeyInfo: [UInt8]
    let attributeCount: Int
    let signatureAlgorithm: [UInt8]

    init(der: [UInt8]) throws(InvalidSigningRequest) {
        let version: Int64
        do throws(DERError) {
            var document = DERReader(der)
            let whole = try document.next(0x30)
            guard document.isAtEnd else { throw .trailingOctets(at: whole.whole.upperBound) }
            var request = document.inside(whole)
            var info = try request.open(0x30)
            version = try info.integer()
            subject = try RequestedSubject(try info.open(0x30))
            publicKeyInfo = Array(der[try info.next(0x30).whole])
            attributeCount = try Self.countAttributes(&info)
            try info.requireEnd()
            signatureAlgorithm = Array(der[try request.next(0x30).whole])
            _ = try request.next(0x03)
            try request.requireEnd()
        } catch {
            if case .trailingOctets(let end) = error { throw .trailingOctets(der.count - end) }
            throw .notDER(error)
        }
        guard version == 0 else { throw .unsupportedVersion(version) }
    }

    // RFC 2986 §4.1 has the field always; some tools leave an empty one out.
    private static func countAttributes(_ info: inout DERReader) throws(DERError) -> Int {
        guard let field = try info.nextIfPresent(0xA0) else { return 0 }
        var attributes = info.inside(field)
        var count = 0
        while !attributes.isAtEnd {
            _ = try attributes.next(0x30)
            count += 1
        }
        return count
    }
}
