import Crypto
import Foundation

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
