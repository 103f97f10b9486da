/// Faults of a CRL that this program cannot use.
package enum InvalidCRL: Explained, Sendable, Equatable {
    case notPEM(InvalidPEM)
    case wrongLabel(String)
    case wrongCount(Int)
    case notDER(DERError)
    case unsupportedVersion(Int64)
    case algorithmMismatch
    case invalidSerialNumber(InvalidSerialNumber, at: Int)
    case unsupportedReason(code: Int, at: Int)
    case emptyList

    /// The fault in words.
    package var summary: String {
        switch self {
        case .notPEM(let error): "the CRL is not PEM: \(error.summary)"
        case .wrongLabel(let label): "the PEM block is a \(label), not an X509 CRL"
        case .wrongCount(let count): "the text has \(count) CRLs where one is expected"
        case .notDER(let error): "the CRL \(error.isCutOff ? "is cut off: its data end too soon" : "is not written as RFC 5280 has it")"
        case .unsupportedVersion(let version): "the CRL has the version number \(version) where RFC 5280 has 1"
        case .algorithmMismatch: "the CRL names two different signature algorithms"
        case .invalidSerialNumber(let error, _): "an entry of the CRL has no usable serial number: \(error.summary)"
        case .unsupportedReason(let code, _): "an entry of the CRL has the reason code \(code), which a full CRL of this CA never has"
        case .emptyList: "the CRL has an empty list where RFC 5280 wants none"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .notPEM(let error): error.remedy
        case .wrongLabel: "give a file that starts with -----BEGIN X509 CRL-----"
        case .wrongCount: "give a file with exactly one CRL"
        case .notDER, .unsupportedVersion, .algorithmMismatch, .invalidSerialNumber, .unsupportedReason, .emptyList:
            "fetch the CRL again from the CA's public address"
        }
    }
}
