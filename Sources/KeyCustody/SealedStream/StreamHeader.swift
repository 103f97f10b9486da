import Crypto
import DurableFiles
import Foundation
import PKI

/// How a sealed stream begins: `signet-backup/1` and a line feed, the length of a JSON text in two octets, the text, and a code over all of
/// these that only the right secret makes.
///
/// Each stream has keys of its own: HKDF-SHA256 over the sealing key with the header's random salt. A key file can seal any number of streams.
struct StreamHeader: Equatable {
    static let name = "signet-backup/"
    static let magic = Array("\(name)1\n".utf8)
    static let saltLength = 32
    static let codeLength = 32
    private static let longestText = 1_024

    let derivation: KeyDerivation
    let salt: [UInt8]

    /// What the code is over.
    var octets: [UInt8] {
        let text = Array(#"{"kdf": \#(derivation.encoded), "salt": "\#(hexadecimal(salt))"}"#.utf8)
        return Self.magic + [UInt8(text.count >> 8), UInt8(text.count & 0xFF)] + text
    }

    init(derivation: KeyDerivation, salt: [UInt8]) {
        self.derivation = derivation
        self.salt = salt
    }

    /// Reads a header up to its code. Only the octets that `octets` makes are taken.
    init(reading file: InputFile) throws(SealedStreamFault) {
        let path = file.path
        let start = try file.next(Self.magic.count + 2)
        guard start.starts(with: Self.name.utf8) else { throw .notAStream(path: path) }
        guard start.starts(with: Self.magic) else {
            let version = start.dropFirst(Self.name.utf8.count).prefix { $0 > 0x20 && $0 < 0x7F }
            throw .unsupportedVersion(path: path, version: String(decoding: version, as: UTF8.self))
        }
        guard start.count == Self.magic.count + 2 else { throw .truncated(path: path, chunk: 0) }
        let length = Int(start[start.count - 2]) << 8 | Int(start[start.count - 1])
        guard length <= Self.longestText else { throw .damagedHeader(path: path, reason: "it is too long") }
        let text = try file.next(length)
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(text)) else {
            throw .damagedHeader(path: path, reason: "it is not the JSON of a header")
        }
        do throws(KeyCustodyError) { derivation = try KeyDerivation(reading: fields.kdf, name: path) } catch {
            throw .damagedHeader(path: path, reason: error.summary)
        }
        guard let salt = PKI.octets(hexadecimal: fields.salt), salt.count == Self.saltLength else {
            throw .damagedHeader(path: path, reason: "its salt is not \(Self.saltLength) octets in hexadecimal")
        }
        self.salt = salt
        guard octets == start + text else { throw .damagedHeader(path: path, reason: "it is not in the form it was written") }
    }

    private struct Fields: Decodable {
        let kdf: KeyDerivation.Fields
        let salt: String
    }

    /// The keys of this stream: one for the header's code, one for the chunks.
    func keys(_ secret: SealingSecret, path: String) throws(SealedStreamFault) -> (code: SymmetricKey, chunks: SymmetricKey) {
        let sealingKey: SymmetricKey
        do throws(KeyCustodyError) { sealingKey = try derivation.sealingKey(from: secret, name: path) } catch {
            guard case .secretKindDiffers(_, let kind, let source) = error else { throw .cryptographyFailed(error.summary) }
            throw .secretKindDiffers(path: path, sealedWith: kind, source: source)
        }
        let derive = { (use: String) in
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: sealingKey, salt: salt, info: Array("signet-backup/1 \(use)".utf8), outputByteCount: 32)
        }
        return (derive("header"), derive("chunks"))
    }
}

extension InputFile {
    /// The next octets, with a failure in the stream's words.
    func next(_ count: Int) throws(SealedStreamFault) -> [UInt8] {
        do { return try read(count) } catch { throw .file(error) }
    }
}

/// One chunk of a sealed stream: AES-256-GCM with a nonce that counts, and says whether it is the last one (the STREAM construction of Hoang,
/// Reyhanitabar, Rogaway and Vizár). A chunk that is altered, moved, left out or cut off does not open.
enum StreamChunk {
    /// Octets of plaintext in every chunk but the last, which has 0 to as many.
    static let size = 65_536
    static let tagLength = 16

    /// Three zero octets, the chunk's number in eight, big-endian, and 1 for the last chunk.
    private static func nonce(_ number: UInt64, isLast: Bool) throws -> AES.GCM.Nonce {
        var octets: [UInt8] = [0, 0, 0]
        for shift in stride(from: 56, through: 0, by: -8) { octets.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
        return try AES.GCM.Nonce(data: octets + [isLast ? 1 : 0])
    }

    /// Ciphertext and tag.
    static func seal(_ plaintext: ArraySlice<UInt8>, number: UInt64, isLast: Bool, key: SymmetricKey) throws(SealedStreamFault) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plaintext, using: key, nonce: nonce(number, isLast: isLast))
            return Array(box.ciphertext) + Array(box.tag)
        } catch { throw .cryptographyFailed("AES-GCM: \(error)") }
    }

    /// The plaintext; nil when it is not this chunk of this stream.
    static func open(_ sealed: [UInt8], number: UInt64, isLast: Bool, key: SymmetricKey) -> [UInt8]? {
        guard sealed.count >= tagLength else { return nil }
        let tag = sealed.count - tagLength
        // Whatever the library finds wrong means that nothing can be believed.
        guard let nonce = try? nonce(number, isLast: isLast),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed[..<tag], tag: sealed[tag...]),
            let plaintext = try? AES.GCM.open(box, using: key)
        else { return nil }
        return Array(plaintext)
    }
}
