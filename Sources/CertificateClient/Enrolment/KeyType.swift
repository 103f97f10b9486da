internal import PKI

/// A kind of keys that this client makes, by its name: `ec-p256`, `rsa-2048`.
public struct KeyType: RawRepresentable, Sendable, Hashable, Codable, CaseIterable {
    let algorithm: KeyAlgorithm

    /// ECDSA on P-256.
    public static let p256 = KeyType(.p256)
    /// ECDSA on P-384.
    public static let p384 = KeyType(.p384)
    /// Ed25519.
    public static let ed25519 = KeyType(.ed25519)
    /// RSA with 2048 bits.
    public static let rsa2048 = KeyType(.rsa2048)
    /// RSA with 3072 bits.
    public static let rsa3072 = KeyType(.rsa3072)
    /// RSA with 4096 bits.
    public static let rsa4096 = KeyType(.rsa4096)

    /// Every kind.
    public static let allCases = KeyAlgorithm.allCases.map(KeyType.init)

    /// The kind of a key.
    init(_ algorithm: KeyAlgorithm) {
        self.algorithm = algorithm
    }

    /// - Parameter rawValue: the name.
    public init?(rawValue: String) {
        guard let algorithm = KeyAlgorithm(name: rawValue) else { return nil }
        self.init(algorithm)
    }

    /// The name.
    public var rawValue: String { algorithm.name }
}
