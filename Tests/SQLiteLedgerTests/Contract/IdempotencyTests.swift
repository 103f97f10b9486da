import Ledger
import PKI
import SQLiteLedger
import Testing

/// What a named request gets when it is sent again.
@Suite struct IdempotencyTests {
    private func named(
        _ name: Int, _ certificate: CertificateRecord, asks request: Int = 1, until expiresAt: Int64 = start + day,
        _ claim: IssuanceClaim = .token(exclusive: false)
    ) -> IssuanceRecord {
        IssuanceRecord(
            certificate: certificate, claim: claim, audit: event(),
            idempotency: IdempotencyClaim(keySHA256: key(name), requestSHA256: key(request), expiresAt: expiresAt))
    }

    @Test(arguments: Engine.allCases)
    func `a repeat gets the first certificate, and nothing new exists`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            let first = try #require(try await ledger.record(named(1, certificate(1)), now: start).recorded)
            let again = try await ledger.record(named(1, certificate(2, key: 1)), now: start + 5)
            #expect(again == IssuanceOutcome(first, isRepeat: true))
            #expect(try await ledger.counts().certificates == 1)
            #expect(try await ledger.certificate(serial(2)) == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a hundred at once are one certificate and a hundred equal answers`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            let answers = try await withThrowingTaskGroup(of: CertificateRecord?.self) { group in
                for number in 1...100 {
                    let issuance = try named(1, certificate(number, key: 1))
                    group.addTask {
                        let outcome = try await ledger.record(issuance, now: start)
                        return outcome.recorded ?? outcome.repeated
                    }
                }
                return try await group.reduce(into: [CertificateRecord?]()) { $0.append($1) }
            }
            #expect(answers.count == 100)
            #expect(Set(answers.map { $0?.serialNumber }).count == 1)
            #expect(try await ledger.counts().certificates == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the same name for another request is refused`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            await #expect(throws: LedgerError.idempotencyKeyReused) {
                try await ledger.record(named(1, certificate(2), asks: 2), now: start)
            }
            #expect(try await ledger.counts().certificates == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a name is free again when its time is over, forgotten or not`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            _ = try await ledger.record(named(2, certificate(2)), now: start)
            #expect(try await ledger.record(named(1, certificate(3), asks: 2), now: start + day).recorded != nil)
            try await ledger.forgetIdempotencyKeys(now: start + day)
            #expect(try await ledger.record(named(2, certificate(4), asks: 2), now: start + day).recorded != nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a name that is still good is not forgotten`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            try await ledger.forgetIdempotencyKeys(now: start + day - 1)
            #expect(try await ledger.record(named(1, certificate(2, key: 1)), now: start + day - 1).repeated != nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a request that was refused leaves its name free`(_ engine: Engine) async throws {
        try await engine.run { ledger in
            _ = try await ledger.record(certificate(1))
            let taken = LedgerError.serialNumberTaken(try serial(1))
            await #expect(throws: taken) {
                try await ledger.record(named(1, certificate(1)), now: start)
            }
            #expect(try await ledger.record(named(1, certificate(2), asks: 2), now: start).recorded != nil)
        }
    }

    @Test func `a closed ledger answers, and does not crash`() async throws {
        try await withLedgerFile { ledger, _ in
            await ledger.close()
            await #expect(throws: LedgerError.unavailable("the ledger is closed")) {
                try await ledger.search(CertificateFilter(name: "a"), after: nil, limit: 1, now: start)
            }
            await #expect(throws: LedgerError.unavailable("the ledger is closed")) { try await ledger.certificate(serial(1)) }
        }
    }
}
