import Testing

@testable import CertificateClient

struct BackoffTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let failures: Int
        let remaining: Int64
        let shortest: Int64
        let longest: Int64
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "first failure", failures: 1, remaining: 864_000, shortest: 30, longest: 60),
        Row(name: "third failure", failures: 3, remaining: 864_000, shortest: 30, longest: 240),
        Row(name: "many failures", failures: 60, remaining: 864_000, shortest: 30, longest: 3_600),
        Row(name: "an hour left", failures: 60, remaining: 3_600, shortest: 30, longest: 180),
        Row(name: "nearly over", failures: 60, remaining: 5, shortest: 30, longest: 30),
    ]

    @Test(arguments: rows) func `pauses with a valid pair lie between half a minute and the ceiling`(_ row: Row) {
        func pause(_ jitter: Double) -> Int64 {
            Backoff.whileValid(failures: row.failures, remaining: row.remaining, jitter: jitter)
        }
        #expect(pause(0) == row.shortest)
        #expect(pause(1) == row.longest)
    }

    @Test func `pauses without a pair grow from a second to five minutes`() {
        #expect(Backoff.withoutPair(failures: 1, jitter: 0) == 1)
        #expect(Backoff.withoutPair(failures: 4, jitter: 1) == 16)
        #expect(Backoff.withoutPair(failures: 1_000, jitter: 1) == 300)
    }

    @Test func `what the CA asks for is spread and bounded`() {
        #expect(Backoff.asked(100, jitter: 0) == 100)
        #expect(Backoff.asked(100, jitter: 1) == 110)
        #expect(Backoff.asked(1_000_000, jitter: 0) == 3_600)
    }
}
