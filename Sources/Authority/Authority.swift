package import Access
package import Issuance
package import Ledger
package import Logging
import Synchronization

/// The certificate authority's use cases. Each takes a `Permit`, each is audited, and no certificate leaves before the ledger has it.
package final class Authority: Sendable {
    let ledger: any CertificateLedger
    let clock: WallClock
    let randomness: Randomness
    let logger: Logger
    /// Seconds that an idempotency key is kept.
    let idempotencyLife: Int64
    let attempts = AttemptCounts()
    private let current: Mutex<Policies>
    /// True when the root has revoked an issuer's certificate.
    let isRevoked: @Sendable (Issuer) -> Bool

    package init(
        ledger: any CertificateLedger, policies: Policies, clock: WallClock, randomness: Randomness, logger: Logger,
        idempotencyLife: Int64 = 86_400, isRevoked: @escaping @Sendable (Issuer) -> Bool = { _ in false }
    ) {
        self.ledger = ledger
        self.clock = clock
        self.randomness = randomness
        self.logger = logger
        self.isRevoked = isRevoked
        self.idempotencyLife = idempotencyLife
        current = Mutex(policies)
    }

    /// The profiles, issuers and access policies in force now. A request is judged by those of its permit.
    package var policies: Policies { current.withLock { $0 } }

    /// Puts a checked set in force for the requests that follow.
    package func replacePolicies(_ policies: Policies) { current.withLock { $0 = policies } }
}

/// The source of random bits: a generator for each use.
package struct Randomness: Sendable {
    package let generator: @Sendable () -> any RandomNumberGenerator

    package init(generator: @escaping @Sendable () -> any RandomNumberGenerator) {
        self.generator = generator
    }
}

/// Lets a generator of unknown type be passed where a concrete one is asked for.
package struct AnyGenerator: RandomNumberGenerator {
    private var base: any RandomNumberGenerator

    package init(base: any RandomNumberGenerator) {
        self.base = base
    }

    package mutating func next() -> UInt64 { base.next() }
}
