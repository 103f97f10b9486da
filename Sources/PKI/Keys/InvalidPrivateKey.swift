/// Reasons why a private key cannot be read, made or used.
package enum InvalidPrivateKey: Explained, Sendable, Equatable {
    case notPEM(InvalidPEM)
    case severalBlocks(Int)
    case unsupportedLabel(String)
    case encrypted
    case malformed
    /// Dotted object identifier.
    case unsupportedAlgorithm(String)
    case unusable(UnusableKey)
    case generationFailed(KeyAlgorithm)
    case signingFailed(KeyAlgorithm)

    /// The fault in words; never a part of the key.
    package var summary: String {
        switch self {
        case .notPEM(let error): "the private key is not PEM: \(error.summary)"
        case .severalBlocks(let count): "the private key file has \(count) PEM blocks"
        case .unsupportedLabel(let label): "the PEM block is a \(label), not a private key"
        case .encrypted: "the private key is encrypted"
        case .malformed: "the private key is not valid PKCS#8"
        case .unsupportedAlgorithm(let oid): "the private key algorithm \(oid) is not supported"
        case .unusable(let error): error.summary
        case .generationFailed(let algorithm): "a key of kind \(algorithm.name) could not be made"
        case .signingFailed(let algorithm): "the key of kind \(algorithm.name) could not sign"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .notPEM(let error): error.remedy
        case .severalBlocks: "keep the key in a file of its own"
        case .unsupportedLabel: "give a file that starts with -----BEGIN PRIVATE KEY-----"
        case .encrypted: "decrypt it with openssl pkey and protect the file by its permissions"
        case .malformed, .unsupportedAlgorithm: "make a new key: P-256, P-384, Ed25519 or RSA of 2048 bits or more"
        case .unusable(let error): error.remedy
        case .generationFailed, .signingFailed: "try again; if it stays so, the machine's random source or memory is at fault"
        }
    }
}
