internal import PKI

/// Kinds of keys this client makes.
public enum KeyType: String, Sendable, Hashable, Codable, CaseIterable {
    case p256 = "ec-p256"
    case p384 = "ec-p384"
    case ed25519
    case rsa2048 = "rsa-2048"
    case rsa3072 = "rsa-3072"
    case rsa4096 = "rsa-4096"

    /// The same kind in PKI's words.
    var kind: PrivateKey.Kind {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .ed25519: .ed25519
        case .rsa2048: .rsa2048
        case .rsa3072: .rsa3072
        case .rsa4096: .rsa4096
        }
    }

    /// The kind of an existing key.
    init(_ kind: PrivateKey.Kind) {
        self =
            switch kind {
            case .p256: .p256
            case .p384: .p384
            case .ed25519: .ed25519
            case .rsa2048: .rsa2048
            case .rsa3072: .rsa3072
            case .rsa4096: .rsa4096
            }
    }
}
