package import Ledger
import Testing

/// A sentence that every engine of the ledger must make true. An engine's test target runs all of them, each over a fresh ledger.
package struct ContractCase: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    /// Expects what the sentence says of an empty ledger.
    package let check: @Sendable (any CertificateLedger) async throws -> Void

    init(_ sentence: String, check: @escaping @Sendable (any CertificateLedger) async throws -> Void) {
        self.testDescription = sentence
        self.check = check
    }

    package static let all = [
        tokenClaims, ticketClaims, renewalClaims, forks, idempotency, sharedKeys, heldNames, revocations, crlNumbers, tokens, searches,
        auditLog,
        recovery, events,
    ].flatMap(\.self)
}
