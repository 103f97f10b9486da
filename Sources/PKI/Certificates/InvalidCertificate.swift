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
