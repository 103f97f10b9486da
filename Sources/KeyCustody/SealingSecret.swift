import Crypto
import DurableFiles
import Foundation
import Glibc
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

/// Files that hold secrets: their owner's alone from the moment they exist, and refused when anybody else can get at them.
package enum SecretFile {
    /// Makes a file that must not exist yet, readable by its owner alone.
    package static func create(_ bytes: [UInt8], at path: String) throws(KeyCustodyError) {
        do { try DurableFile.create(path, with: bytes, mode: 0o600) } catch {
            throw error.number == EEXIST ? .fileExists(path: path) : .unwritable(error)
        }
    }

    /// The file's octets; a link is followed and its target judged.
    /// - Parameter limit: in octets; more is refused.
    package static func read(_ path: String, limit: Int = 4_096) throws(KeyCustodyError) -> [UInt8] {
        let file = try OpenFile(reading: path)
        let (isRegular, permissions) = try file.status()
        guard isRegular else { throw .notAFile(path: path) }
        guard permissions.isOwn else { throw .fileForeign(path: path, owner: permissions.owner) }
        guard permissions.isClosed else { throw .fileExposed(path: path, mode: permissions.mode) }
        return try file.read(limit: limit)
    }

    /// The file's text without the white space around it, as for a token.
    package static func readText(_ path: String, limit: Int = 4_096) throws(KeyCustodyError) -> String {
        let octets = try read(path, limit: limit)
        guard let text = String(validating: octets, as: UTF8.self) else { throw .unreadable(path: path, reason: "not UTF-8 text") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
