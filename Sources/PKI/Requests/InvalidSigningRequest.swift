/// Why something is not a usable PKCS#10 request.
package enum InvalidSigningRequest: Error, Sendable, Equatable {
    case tooLarge(octets: Int)
    case notPEM(InvalidPEM)
    case severalBlocks(Int)
    case wrongLabel(String)
    case trailingOctets(Int)
    case notDER(DERError)
    case malformed(reason: String)
    case unsupportedVersion(Int64)
    case repeatedAttribute
    /// Dotted object identifier of an attribute that holds no UTF-8 or ASCII text.
    case unreadableName(String)
    case unusableKey(UnusableKey)
    /// Hexadecimal DER of the AlgorithmIdentifier.
    case unsupportedSignatureAlgorithm(String)
    case badSignature

    /// What is wrong.
    package var summary: String {
        switch self {
        case .tooLarge(let octets): "the request has \(octets) octets, more than the \(SigningRequest.largestSize) a request may have"
        case .notPEM(let error): "the request is not PEM: \(error.summary)"
        case .severalBlocks(let count): "the text has \(count) PEM blocks where one request is expected"
        case .wrongLabel(let label): "the PEM block is a \(label), not a CERTIFICATE REQUEST"
        case .trailingOctets(let count): "\(count) octets follow the request"
        case .notDER(let error): "the request is not valid DER: \(error.summary)"
        case .malformed(let reason): "the request is not PKCS#10: \(reason)"
        case .unsupportedVersion(let version): "the request has the version number \(version) where PKCS#10 knows only 0"
        case .repeatedAttribute: "the request has the same attribute twice"
        case .unreadableName(let oid): "the subject attribute \(oid) is neither UTF8String, PrintableString nor IA5String"
        case .unusableKey(let error): error.summary
        case .unsupportedSignatureAlgorithm(let der): "the signature algorithm \(der) of the request is not supported"
        case .badSignature: "the request is not signed by the key it carries"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .tooLarge: "ask only for names that are needed"
        case .notPEM(let error): error.remedy
        case .severalBlocks: "send one request at a time"
        case .wrongLabel: "send the file that openssl req -new or ca-client made"
        case .trailingOctets, .notDER, .malformed, .unsupportedVersion, .repeatedAttribute:
            "make the request again with a well-known tool such as openssl req, and send it whole"
        case .unreadableName: "make the request again with UTF-8 names: openssl req -utf8"
        case .unusableKey(let error): error.remedy
        case .unsupportedSignatureAlgorithm: "sign the request with SHA-256 or better: openssl req -sha256"
        case .badSignature: "make the request again from the key itself; it was changed or cut on its way"
        }
    }
}
