import Crypto
import CryptoExtras
import PKI

/// How a sealing key is made from a secret: not at all, or by scrypt (RFC 7914) from a passphrase.
enum KeyDerivation: Equatable {
    case none
    /// `rounds` is RFC 7914's N; r is 8 and p is 1.
    case scrypt(rounds: Int, salt: [UInt8])

    static let rounds = 1 << 15
    /// Read from files: a smaller N would be a downgrade, a larger one needs more memory than 128 MiB (128 · N · r octets).
    static let acceptedRounds: Set<Int> = [1 << 15, 1 << 16, 1 << 17]
    static let blockSize = 8
    static let parallelism = 1
    static let saltLength = 16

    /// The JSON of the `kdf` field.
    struct Fields: Decodable {
        let name: String
        let n: Int?
        let r: Int?
        let p: Int?
        let salt: String?
    }

    init(reading fields: Fields, name: String) throws(KeyCustodyError) {
        switch fields.name {
        case "none": self = .none
        case "scrypt":
            guard let rounds = fields.n, Self.acceptedRounds.contains(rounds),
                fields.r == Self.blockSize, fields.p == Self.parallelism
            else {
                throw .corrupt(name: name, reason: "its scrypt parameters are not acceptable")
            }
            guard let salt = fields.salt.flatMap({ octets(hexadecimal: $0) }), salt.count == Self.saltLength else {
                throw .corrupt(name: name, reason: "its salt is not \(Self.saltLength) octets in hexadecimal")
            }
            self = .scrypt(rounds: rounds, salt: salt)
        default: throw .corrupt(name: name, reason: "its key derivation is unknown")
        }
    }

    /// What a new key is sealed with.
    init(for secret: SealingSecret, using generator: inout some RandomNumberGenerator) {
        self =
            switch secret.kind {
            case .keyFile: .none
            case .passphrase: .scrypt(rounds: Self.rounds, salt: randomOctets(Self.saltLength, using: &generator))
            }
    }

    var encoded: String {
        switch self {
        case .none: #"{"name": "none"}"#
        case .scrypt(let rounds, let salt):
            #"{"name": "scrypt", "n": \#(rounds), "r": \#(Self.blockSize), "p": \#(Self.parallelism), "salt": "\#(hexadecimal(salt))"}"#
        }
    }

    func sealingKey(from secret: SealingSecret, name: String) throws(KeyCustodyError) -> SymmetricKey {
        switch (self, secret.material) {
        case (.none, .key(let key)): return key
        case (.scrypt(let rounds, let salt), .passphrase(let passphrase)):
            do {
                return try KDF.Scrypt.deriveKey(
                    from: passphrase, salt: salt, outputByteCount: SealingSecret.keyLength, rounds: rounds,
                    blockSize: Self.blockSize, parallelism: Self.parallelism)
            } catch { throw .cryptographyFailed("scrypt: \(error)") }
        case (.none, .passphrase): throw .secretKindDiffers(name: name, sealedWith: .keyFile, source: secret.source)
        case (.scrypt, .key): throw .secretKindDiffers(name: name, sealedWith: .passphrase, source: secret.source)
        }
    }
}
