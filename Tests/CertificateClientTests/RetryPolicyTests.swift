import Testing

@testable import CertificateClient

struct RetryPolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let failure: AttemptFailure
        let repeatable: Bool
        let again: Bool
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "no connection", failure: .notSent, repeatable: false, again: true),
        Row(name: "lost answer, repeatable", failure: .answerLost, repeatable: true, again: true),
        Row(name: "lost answer, not repeatable", failure: .answerLost, repeatable: false, again: false),
        Row(name: "429", failure: .answered(status: 429, retryAfter: 2), repeatable: false, again: true),
        Row(name: "503 without a time", failure: .answered(status: 503, retryAfter: nil), repeatable: false, again: true),
        Row(name: "503 for an hour", failure: .answered(status: 503, retryAfter: 3_600), repeatable: true, again: false),
        Row(name: "502, repeatable", failure: .answered(status: 502, retryAfter: nil), repeatable: true, again: true),
        Row(name: "502, not repeatable", failure: .answered(status: 502, retryAfter: nil), repeatable: false, again: false),
        Row(name: "400", failure: .answered(status: 400, retryAfter: nil), repeatable: true, again: false),
        Row(name: "403", failure: .answered(status: 403, retryAfter: nil), repeatable: true, again: false),
        Row(name: "untrusted server", failure: .final, repeatable: true, again: false),
    ]

    @Test(arguments: rows) func `a request is repeated only where that is safe and may help`(_ row: Row) {
        let pause = RetryPolicy.persistent.pause(after: row.failure, attempt: 1, repeatable: row.repeatable, jitter: 0.5)
        #expect((pause != nil) == row.again)
    }

    @Test func `the last attempt is the last`() {
        #expect(RetryPolicy.persistent.pause(after: .notSent, attempt: 4, repeatable: true, jitter: 0.5) == nil)
        #expect(RetryPolicy.once.pause(after: .notSent, attempt: 1, repeatable: true, jitter: 0.5) == nil)
    }

    @Test func `a time the CA asks for is kept`() throws {
        let pause = try #require(
            RetryPolicy.persistent.pause(after: .answered(status: 429, retryAfter: 7), attempt: 1, repeatable: false, jitter: 0))
        #expect(pause >= .seconds(7))
    }

    @Test func `pauses are never shorter than a tenth of a second and never longer than eight`() throws {
        let policy = RetryPolicy(attempts: 100)
        let shortest = try #require(policy.pause(after: .notSent, attempt: 1, repeatable: true, jitter: 0))
        let longest = try #require(policy.pause(after: .notSent, attempt: 99, repeatable: true, jitter: 1))
        #expect(shortest == .milliseconds(100))
        #expect(longest == .seconds(8))
    }
}
