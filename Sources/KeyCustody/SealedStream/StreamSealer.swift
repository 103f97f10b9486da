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

/// Opens a sealed stream chunk by chunk. What it has given out is authentic; that it is everything is known only at the end.
package final class StreamOpener {
    private let file: InputFile
    private let key: SymmetricKey
    private var plaintext: ArraySlice<UInt8> = []
    /// The next chunk as it lies in the file: whether it is the last shows by what follows it.
    private var ahead: [UInt8]
    private var number: UInt64 = 0
    private var isFinished = false

    /// Reads the header and checks the secret.
    package init(_ file: InputFile, secret: SealingSecret) throws(SealedStreamFault) {
        let header = try StreamHeader(reading: file)
        let keys = try header.keys(secret, path: file.path)
        let code = try file.next(StreamHeader.codeLength)
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: header.octets, using: keys.code) else {
            throw .wrongSecret(path: file.path, source: secret.source)
        }
        self.file = file
        key = keys.chunks
        ahead = try file.next(StreamChunk.size + StreamChunk.tagLength)
    }

    /// The next `count` octets; fewer only at the end of the stream.
    package func read(_ count: Int) throws(SealedStreamFault) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            if plaintext.isEmpty {
                guard !isFinished else { break }
                try openNext()
                continue
            }
            let part = plaintext.prefix(count - octets.count)
            octets.append(contentsOf: part)
            plaintext = plaintext.dropFirst(part.count)
        }
        return octets
    }

    private func openNext() throws(SealedStreamFault) {
        let sealed = ahead
        ahead = try file.next(StreamChunk.size + StreamChunk.tagLength)
        let isLast = ahead.isEmpty
        guard let opened = StreamChunk.open(sealed, number: number, isLast: isLast, key: key), !opened.isEmpty || number == 0 else {
            throw fault(of: sealed, taken: isLast)
        }
        number += 1
        isFinished = isLast
        plaintext = opened[...]
    }

    /// Tells a stream that was cut or prolonged at the end of a chunk from one that was altered.
    private func fault(of sealed: [UInt8], taken isLast: Bool) -> SealedStreamFault {
        guard StreamChunk.open(sealed, number: number, isLast: !isLast, key: key) != nil else {
            return .altered(path: file.path, chunk: number)
        }
        return isLast ? .truncated(path: file.path, chunk: number) : .trailing(path: file.path)
    }
}
