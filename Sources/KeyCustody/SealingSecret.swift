import Crypto
import Foundation
import PKI

/// What CA keys are sealed with: 32 random octets, or a passphrase. Never printed.
package struct SealingSecret: Sendable {
    /// The two forms a secret has.
    package enum Kind: Sendable, Equatable {
        case keyFile
        case passphrase

        var text: String {
            switch self {
            case .keyFile: "a key file"
            case .passphrase: "a passphrase"
            }
        }
    }

    enum Material: Sendable {
        case key(SymmetricKey)
        case passphrase([UInt8])
    }

    /// Octets of a sealing key.
    package static let keyLength = 32
    /// The least number of characters of a passphrase.
    package static let minimumPassphraseLength = 8

    let material: Material
    /// Where it came from, for errors: a path.
    package let source: String

    /// Reads 64 hexadecimal digits, or base64 of 32 octets, from a file only its owner can read.
    package init(keyFile path: String) throws(KeyCustodyError) {
        let text = try SecretFile.readText(path)
        let decoded = octets(hexadecimal: text) ?? Data(base64Encoded: text).map(Array.init)
        guard let octets = decoded, octets.count == Self.keyLength else { throw .notASealingKey(source: path) }
        self.init(material: .key(SymmetricKey(data: octets)), source: path)
    }

    /// Reads a passphrase from a file only its owner can read; line ends at its end do not count.
    package init(passphraseFile path: String) throws(KeyCustodyError) {
        var octets = try SecretFile.read(path)
        while octets.last == UInt8(ascii: "\n") || octets.last == UInt8(ascii: "\r") { octets.removeLast() }
        guard String(decoding: octets, as: UTF8.self).count >= Self.minimumPassphraseLength else {
            throw .passphraseTooShort(source: path, minimum: Self.minimumPassphraseLength)
        }
        self.init(material: .passphrase(octets), source: path)
    }

    private init(material: Material, source: String) {
        self.material = material
        self.source = source
    }

    /// Whether it is a key or a passphrase.
    package var kind: Kind {
        switch material {
        case .key: .keyFile
        case .passphrase: .passphrase
        }
    }

    /// Makes a new key and its file, which must not exist.
    package static func createKeyFile(
        _ path: String, using generator: inout some RandomNumberGenerator
    ) throws(KeyCustodyError) -> SealingSecret {
        let octets = randomOctets(keyLength, using: &generator)
        try SecretFile.create(Array((hexadecimal(octets) + "\n").utf8), at: path)
        return SealingSecret(material: .key(SymmetricKey(data: octets)), source: path)
    }
}

extension SealingSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<redacted>`.
    package var description: String { "<redacted>" }
    /// `<redacted>`.
    package var debugDescription: String { "<redacted>" }
    /// Without children, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

func randomOctets(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
