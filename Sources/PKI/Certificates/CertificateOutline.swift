/// Ranges of those parts of a certificate whose exact octets matter (RFC 5280 §4.1).
struct CertificateOutline: Sendable {
    /// The TBSCertificate, which is signed.
    let tbs: Range<Int>
    let serialNumber: SerialNumber
    let issuer: Range<Int>
    let notBefore: UnixTime
    let notAfter: UnixTime
    let subject: Range<Int>
    let subjectAttributes: RequestedSubject
    let publicKeyInfo: Range<Int>
    let signatureAlgorithm: Range<Int>
    let signature: Range<Int>

    init(der: [UInt8]) throws(InvalidCertificate) {
        let magnitude: ArraySlice<UInt8>
        do throws(DERError) {
            var document = DERReader(der)
            var certificate = try document.open(0x30)
            try document.requireEnd()
            let signed = try certificate.next(0x30)
            tbs = signed.whole
            signatureAlgorithm = try certificate.next(0x30).whole
            signature = try certificate.octetsOfBitString().indices
            try certificate.requireEnd()

            var tbsCertificate = certificate.inside(signed)
            _ = try tbsCertificate.nextIfPresent(0xA0)
            magnitude = try tbsCertificate.magnitude()
            _ = try tbsCertificate.next(0x30)
            issuer = try tbsCertificate.next(0x30).whole
            var validity = try tbsCertificate.open(0x30)
            notBefore = try validity.time()
            notAfter = try validity.time()
            try validity.requireEnd()
            let name = try tbsCertificate.next(0x30)
            subject = name.whole
            subjectAttributes = try RequestedSubject(tbsCertificate.inside(name))
            publicKeyInfo = try tbsCertificate.next(0x30).whole
        } catch {
            throw .notDER(error)
        }
        do throws(InvalidSerialNumber) {
            serialNumber = try SerialNumber(octets: magnitude)
        } catch {
            throw .invalidSerialNumber(error)
        }
    }
}
