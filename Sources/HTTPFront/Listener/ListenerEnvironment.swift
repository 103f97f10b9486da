/// What a listener would otherwise take from the world by itself.
package struct ListenerEnvironment: Sendable {
    /// Seconds since 1970, for the `Date` header field.
    package let now: @Sendable () -> Int64
    /// A fresh lower-case UUID for every request.
    package let makeRequestID: @Sendable () -> String
    /// Asks the ledger about a client certificate, in DER.
    package var judge: @Sendable ([UInt8]) async -> CertificateStanding = { _ in .unknown }

    /// Gathers the parts; without a ledger no certificate proves anything.
    package init(now: @escaping @Sendable () -> Int64, makeRequestID: @escaping @Sendable () -> String) {
        self.now = now
        self.makeRequestID = makeRequestID
    }

    /// The same with a ledger to ask about certificates.
    package func judging(_ judge: @escaping @Sendable ([UInt8]) async -> CertificateStanding) -> ListenerEnvironment {
        var environment = self
        environment.judge = judge
        return environment
    }
}
