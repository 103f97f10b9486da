import Foundation
import PKI

/// A private key as it lies on disk: JSON in exactly one form, everything but the ciphertext authenticated with it.
///
/// Only the text `encoded` writes is read back: no white space, order of fields or spelling of digits can differ unseen.
package struct SealedKey: Equatable {
    static let version = 1
    static let nonceLength = 12
    /// A sealed P-384 key has under 1 KiB.
    static let maximumBytes = 16 * 1024

    package let name: String
    let derivation: KeyDerivation
    let nonce: [UInt8]
    /// AES-256-GCM ciphertext and its tag of 16 octets.
    let ciphertext: [UInt8]

    /// What is authenticated beside the key: version, name, and how the sealing key was made.
    static func header(name: String, derivation: KeyDerivation) -> String {
        """
        {
          "version": \(version),
          "name": "\(name)",
          "kdf": \(derivation.encoded),

        """
    }

    /// The octets of the file.
    package var encoded: [UInt8] {
        let text = """
            \(Self.header(name: name, derivation: derivation))  "nonce": "\(hexadecimal(nonce))",
              "ciphertext": "\(hexadecimal(ciphertext))"
            }

            """
        return Array(text.utf8)
    }

    init(name: String, derivation: KeyDerivation, nonce: [UInt8], ciphertext: [UInt8]) {
        self.name = name
        self.derivation = derivation
        self.nonce = nonce
        self.ciphertext = ciphertext
    }

    /// - Parameter name: what the key is expected to be called.
    package init(reading bytes: [UInt8], name: String) throws(KeyCustodyError) {
        guard bytes.count <= Self.maximumBytes else { throw .corrupt(name: name, reason: "it has \(bytes.count) octets") }
        let fields: Fields
        do { fields = try JSONDecoder().decode(Fields.self, from: Data(bytes)) } catch {
            throw .corrupt(name: name, reason: "it is not the JSON of a sealed key")
        }
        guard fields.version == Self.version else { throw .unsupportedVersion(name: name, version: fields.version) }
        guard fields.name == name else { throw .wrongName(expected: name, found: fields.name) }
        let derivation = try KeyDerivation(reading: fields.kdf, name: name)
        guard let nonce = octets(hexadecimal: fields.nonce), nonce.count == Self.nonceLength,
            let ciphertext = octets(hexadecimal: fields.ciphertext)
        else { throw .corrupt(name: name, reason: "nonce or ciphertext is not hexadecimal") }
        self.init(name: name, derivation: derivation, nonce: nonce, ciphertext: ciphertext)
        guard encoded == bytes else { throw .corrupt(name: name, reason: "it is not in the form it was written") }
    }

    private struct Fields: Decodable {
        let version: Int
        let name: String
        let kdf: KeyDerivation.Fields
        let nonce: String
        let ciphertext: String
    }

    /// Names are file names and stand unescaped in the JSON.
    static func check(name: String) throws(KeyCustodyError) {
        let isAllowed = { (character: Character) in
            ("a"..."z").contains(character) || ("0"..."9").contains(character) || "._-".contains(character)
        }
        guard let first = name.first, first != ".", first != "-", first != "_", name.utf8.count <= 64, name.allSatisfy(isAllowed) else {
            throw .invalidName(name)
        }
    }
}
