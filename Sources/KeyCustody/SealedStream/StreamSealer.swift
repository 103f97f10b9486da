import Crypto
package import DurableFiles
import Foundation

/// Seals what is appended, however much it is, into a file that takes its place when it is complete.
package final class StreamSealer {
    private let output: FileReplacement
    private let key: SymmetricKey
    private var pending: [UInt8] = []
    private var number: UInt64 = 0

    /// Writes the header.
    /// - Parameters:
    ///   - path: for errors.
    ///   - generator: draws the salts.
    package init(
        to output: FileReplacement, path: String, secret: SealingSecret, using generator: inout some RandomNumberGenerator
    ) throws(SealedStreamFault) {
        let header = StreamHeader(
            derivation: KeyDerivation(for: secret, using: &generator), salt: randomOctets(StreamHeader.saltLength, using: &generator))
        let keys = try header.keys(secret, path: path)
        self.output = output
        key = keys.chunks
        try write(header.octets + Array(HMAC<SHA256>.authenticationCode(for: header.octets, using: keys.code)))
    }

    /// Seals more.
    package func append(_ octets: [UInt8]) throws(SealedStreamFault) {
        pending.append(contentsOf: octets)
        var start = 0
        // The last chunk is marked as such: a full one is kept back until more follows it.
        while pending.count - start > StreamChunk.size {
            try seal(pending[start..<start + StreamChunk.size], isLast: false)
            start += StreamChunk.size
        }
        if start > 0 { pending.removeFirst(start) }
    }

    /// Seals the rest and puts the file in its place.
    package func finish() throws(SealedStreamFault) {
        try seal(pending[...], isLast: true)
        do { try output.commit() } catch { throw .file(error) }
    }

    private func seal(_ plaintext: ArraySlice<UInt8>, isLast: Bool) throws(SealedStreamFault) {
        try write(try StreamChunk.seal(plaintext, number: number, isLast: isLast, key: key))
        number += 1
    }

    private func write(_ octets: [UInt8]) throws(SealedStreamFault) {
        do { try output.append(octets) } catch { throw .file(error) }
    }
}
