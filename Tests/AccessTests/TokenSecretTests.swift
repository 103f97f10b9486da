@testable import Access
import TestKit
import Testing

@Suite struct `Token secrets` {
    @Test(arguments: [(false, "signet-token-"), (true, "signet-ticket-")]) func `have a prefix that scanners find, and 43 digits of 6 bits`(
        isTicket: Bool, prefix: String
    ) {
        var generator = SeededGenerator(seed: 3)
        let secret = TokenSecret(isTicket: isTicket, using: &generator).text
        #expect(secret.hasPrefix(prefix) && secret.count == prefix.count + 43)
        #expect(secret.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test func `use all 64 digits at all places, about equally often`() {
        var generator = SeededGenerator(seed: 4)
        var counts: [UInt8: Int] = [:]
        var firsts: Set<UInt8> = []
        var lasts: Set<UInt8> = []
        var all: Set<String> = []
        for _ in 0..<2_000 {
            let text = TokenSecret(isTicket: false, using: &generator).text
            let digits = Array(text.utf8.suffix(43))
            for digit in digits { counts[digit, default: 0] += 1 }
            firsts.insert(digits[0])
            lasts.insert(digits[42])
            all.insert(text)
        }
        #expect(counts.count == 64 && firsts.count == 64 && lasts.count == 64 && all.count == 2_000)
        // 86 000 draws, 1 344 expected of each digit: six standard deviations are 218.
        #expect(counts.values.allSatisfy { (1_126...1_562).contains($0) })
    }

    @Test func `are never printed`() {
        var generator = SeededGenerator(seed: 5)
        let secret = TokenSecret(isTicket: true, using: &generator)
        #expect("\(secret)" == "<redacted>")
        #expect(String(describing: [secret]) == "[<redacted>]")
    }

    @Test(arguments: ["", "a b", "a\n", "tökén", String(repeating: "x", count: 257)]) func `are not taken from texts that are none`(
        text: String
    ) {
        #expect(TokenSecret(presented: text) == nil)
    }

    @Test func `are found by their SHA-256`() throws {
        let secret = try #require(TokenSecret(presented: "abc"))
        #expect(secret.sha256.prefix(4) == [0xBA, 0x78, 0x16, 0xBF] && secret.sha256.count == 32)
    }

    @Test func `match their own digest and no other`() throws {
        let secret = try #require(TokenSecret(presented: "abc"))
        #expect(secret.matches(sha256: secret.sha256))
        for index in secret.sha256.indices {
            var other = secret.sha256
            other[index] ^= 1
            #expect(!secret.matches(sha256: other))
        }
        for other in [[], Array(secret.sha256.dropLast()), secret.sha256 + [0]] { #expect(!secret.matches(sha256: other)) }
    }
}
