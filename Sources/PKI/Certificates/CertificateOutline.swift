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

/// Faults of a certificate that this program cannot use.
package enum InvalidCertificate: Explained, Sendable, Equatable {
    case tooLarge(octets: Int)
    case notPEM(InvalidPEM)
    case wrongLabel(String)
    case wrongCount(Int)
    case notDER(DERError)
    /// A part of it that is not written as RFC 5280 says.
    case malformed(field: String)
    case invalidSerialNumber(InvalidSerialNumber)
    case unusableKey(UnusableKey)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .tooLarge(let octets): "the certificate has \(octets) octets, more than the \(CertificateDocument.largestSize) it may have"
        case .notPEM(let error): "the certificate is not PEM: \(error.summary)"
        case .wrongLabel(let label): "the PEM block is a \(label), not a CERTIFICATE"
        case .wrongCount(let count): "the text has \(count) certificates where one is expected"
        case .notDER(.invalidInteger): "the certificate's serial number is negative or not written as RFC 5280 has it"
        case .notDER(.invalidTime): "the certificate's validity has a time that is not written as RFC 5280 has it"
        case .notDER(let error):
            "the certificate \(error.isCutOff ? "is cut off: its data end too soon" : "is not written as RFC 5280 has it")"
        case .malformed(let field): "the \(field) of the certificate cannot be read"
        case .invalidSerialNumber(let error):
            "the certificate has no usable serial number (RFC 5280 wants 1 to 20 octets, positive): \(error.summary)"
        case .unusableKey(let error): "the certificate's key is unusable: \(error.summary)"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .notPEM(let error): error.remedy
        case .wrongLabel: "give a file that starts with -----BEGIN CERTIFICATE-----"
        case .wrongCount: "give a file with exactly one certificate"
        case .tooLarge, .notDER, .malformed, .invalidSerialNumber, .unusableKey:
            "fetch the certificate again from where it was issued"
        }
    }
}
