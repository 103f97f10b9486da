/// Faults of a PEM text.
package enum InvalidPEM: Explained, Sendable, Equatable {
    case noBlock
    case invalidLabel
    case unterminated(String)
    case notBase64(String)
    case headers(String)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .noBlock: "the text has no -----BEGIN line"
        case .invalidLabel: "a -----BEGIN or -----END line does not end in -----"
        case .unterminated(let type): "the block \(type) has no matching -----END line"
        case .notBase64(let type): "the block \(type) is not base64"
        case .headers(let type): "the block \(type) carries headers, as encrypted keys do"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .noBlock, .invalidLabel, .unterminated, .notBase64:
            "send the file as the tool wrote it, from -----BEGIN to -----END, line ends included"
        case .headers: "decrypt it first, for example with openssl pkey"
        }
    }
}
