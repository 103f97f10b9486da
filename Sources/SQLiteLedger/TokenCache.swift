import Ledger
import Synchronization

/// Tokens that were looked up, until one is changed: a provisioning line sends the same one a thousand times a second, and a look-up is
/// a statement and a row to read each time. Tickets and tokens with a number of uses are never cached: the writer decides about them.
final class TokenCache: Sendable {
    /// Tokens kept at once; beyond that all are forgotten and looked up again.
    static let capacity = 1_024

    private struct State {
        var tokens: [[UInt8]: TokenRecord] = [:]
        /// Rises whenever a token changes: what was read before that is not kept.
        var age = 0
    }

    private let state = Mutex(State())

    /// The token with this secret's hash, and the age that a look-up must give to `keep` when there is none.
    func find(_ secretSHA256: [UInt8]) -> (token: TokenRecord?, age: Int) {
        state.withLock { ($0.tokens[secretSHA256], $0.age) }
    }

    /// Keeps what was read at an age, unless a token was changed meanwhile.
    func keep(_ token: TokenRecord, at age: Int) {
        guard token.ticket == nil, token.usesLeft == nil else { return }
        state.withLock { state in
            guard state.age == age else { return }
            if state.tokens.count >= Self.capacity { state.tokens = [:] }
            state.tokens[token.secretSHA256] = token
        }
    }

    /// Empties the cache: called after a change is durable and before its caller is answered.
    func forget() {
        state.withLock { state in
            state.tokens = [:]
            state.age += 1
        }
    }
}
