import DurableFiles
import Foundation
import TestKit
import Testing

@testable import KeyCustody

@Suite struct `Sealed streams` {
    private let scratch: TemporaryDirectory
    private let secret: SealingSecret
    private static let chunk = StreamChunk.size + StreamChunk.tagLength

    init() throws {
        var generator = SeededGenerator(seed: 7)
        scratch = try TemporaryDirectory()
        secret = try SealingSecret.createKeyFile(scratch.path("backup.key"), using: &generator)
    }

    /// Seals octets in pieces of `piece`; the seed decides the salt.
    private func seal(_ octets: [UInt8], seed: UInt64 = 1, piece: Int = 1 << 20, with other: SealingSecret? = nil) throws -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let path = scratch.path("stream")
        let sealer = try StreamSealer(
            to: FileReplacement(path, mode: 0o600), path: path, secret: other ?? secret, using: &generator)
        for start in stride(from: 0, to: octets.count, by: piece) {
            try sealer.append(Array(octets[start..<min(start + piece, octets.count)]))
        }
        try sealer.finish()
        return try scratch.read("stream")
    }

    private func open(_ sealed: [UInt8], with other: SealingSecret? = nil, piece: Int = 10_000) throws -> [UInt8] {
        let opener = try StreamOpener(InputFile(scratch.write(sealed, to: "copy")), secret: other ?? secret)
        var octets: [UInt8] = []
        while case let part = try opener.read(piece), !part.isEmpty { octets += part }
        return octets
    }

    private func sample(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    /// Why something does not open; nil when it does.
    private func fault(_ sealed: [UInt8], with other: SealingSecret? = nil) throws -> SealedStreamFault? {
        do {
            _ = try open(sealed, with: other)
            return nil
        } catch let fault as SealedStreamFault {
            return fault
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
    func `open again, whatever their length and the pieces they came in`(count: Int) throws {
        let octets = sample(count)
        #expect(try open(seal(octets)) == octets)
        #expect(try seal(octets) == seal(octets, piece: 777), "pieces leave no trace")
    }

    @Test func `have keys of their own: nothing of one fits into another under the same secret`() throws {
        let (first, second) = (try seal(sample(100_000), seed: 1), try seal(sample(100_000), seed: 2))
        #expect(Array(first.suffix(1_000)) != Array(second.suffix(1_000)))
        let end = first.count - 100_000 - 2 * StreamChunk.tagLength
        #expect(
            try fault(Array(first[..<(end + Self.chunk)] + second[(end + Self.chunk)...])) == .altered(path: scratch.path("copy"), chunk: 1)
        )
    }

    @Test func `are refused at every single flipped bit of header and chunks`() throws {
        let sealed = try seal(sample(300))
        for position in sealed.indices {
            var altered = sealed
            altered[position] ^= 1 << (position % 8)
            #expect(try fault(altered) != nil, "octet \(position)")
        }
    }

    @Test func `are refused when they were cut off anywhere`() throws {
        let path = scratch.path("copy")
        let sealed = try seal(sample(150_000))
        let header = sealed.count - 150_000 - 3 * StreamChunk.tagLength
        for length in [0, 5, 17, 18, 60, header - 1, header, header + 10, header + Self.chunk + 5, sealed.count - 1] {
            #expect(try fault(Array(sealed[..<length])) != nil, "\(length) octets")
        }
        for chunks in 1...2 {
            let fault = try fault(Array(sealed[..<(header + chunks * Self.chunk)]))
            #expect(fault == .truncated(path: path, chunk: UInt64(chunks - 1)))
        }
    }

    @Test func `are refused when chunks changed places, came twice or were left out`() throws {
        let path = scratch.path("copy")
        let sealed = try seal(sample(4 * StreamChunk.size))
        let header = sealed.count - 4 * Self.chunk
        let parts = (0..<4).map { Array(sealed[(header + $0 * Self.chunk)..<(header + ($0 + 1) * Self.chunk)]) }
        for (order, first) in [([1, 0, 2, 3], 0), ([0, 2, 1, 3], 1), ([0, 1, 1, 2, 3], 2), ([0, 2, 3], 1), ([1, 2, 3], 0)]
            as [([Int], UInt64)]
        {
            let moved = Array(sealed[..<header]) + order.flatMap { parts[$0] }
            #expect(try fault(moved) == .altered(path: path, chunk: first), "\(order)")
        }
        #expect(try fault(sealed + [0]) == .trailing(path: path))
        #expect(try fault(sealed + parts[3]) == .trailing(path: path))
    }

    @Test func `say when the secret is another one, or of the other kind`() throws {
        var generator = SeededGenerator(seed: 9)
        let path = scratch.path("copy")
        let other = try SealingSecret.createKeyFile(scratch.path("other.key"), using: &generator)
        let phrase = try SealingSecret(passphraseFile: scratch.file("phrase", "correct horse battery staple"))
        let sealed = try seal(sample(10))
        #expect(try fault(sealed, with: other) == .wrongSecret(path: path, source: scratch.path("other.key")))
        #expect(try fault(sealed, with: phrase) == .secretKindDiffers(path: path, sealedWith: .keyFile, source: scratch.path("phrase")))
        let wrong = try SealingSecret(passphraseFile: scratch.file("wrong", "incorrect horse battery staple"))
        let guarded = try seal(sample(10), with: phrase)
        #expect(try open(guarded, with: phrase) == sample(10))
        #expect(try fault(guarded, with: wrong) == .wrongSecret(path: path, source: scratch.path("wrong")))
        #expect(try fault(guarded) == .secretKindDiffers(path: path, sealedWith: .passphrase, source: scratch.path("backup.key")))
    }

    @Test func `are told from other files and other versions`() throws {
        let path = scratch.path("copy")
        #expect(try fault(Array("SQLite format 3".utf8)) == .notAStream(path: path))
        #expect(try fault(Array("signet-backup/2\nwhatever".utf8)) == .unsupportedVersion(path: path, version: "2"))
    }

    /// Made by Python's cryptography from the format's description.
    @Test func `made elsewhere open here, and the same salt makes the same octets`() throws {
        let golden = """
            c2lnbmV0LWJhY2t1cC8xCgBleyJrZGYiOiB7Im5hbWUiOiAibm9uZSJ9LCAic2FsdCI6ICI2NDY1NjY2NzY4Njk2YTZiNmM2ZDZlNmY3MDcxNzI3Mzc0NzU3Njc3Nzg3\
            OTdhN2I3YzdkN2U3ZjgwODE4MjgzIn1Q+9h2cpG/jqm4XOLEkqGA4ZrITzpcFpxFRemgT2ecn5bxru+P7Vl8TGVipcWmVAz+3P6vC9KdlW87HBXifkcp
            """
        let sealed = try #require(Data(base64Encoded: golden))
        let digits = (0..<32).map { String(format: "%02x", $0) }.joined()
        let key = try SealingSecret(keyFile: scratch.file("golden.key", digits))
        #expect(try open(Array(sealed), with: key) == Array("Nothing is lost.".utf8))
    }
}
