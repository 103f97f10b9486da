import Ledger
import PKI
import Testing

extension ContractCase {
    /// What a named request gets when it is sent again.
    static let idempotency: [ContractCase] = [
        ContractCase("a repeat gets the first certificate, and nothing new exists") { ledger in
            let first = try #require(try await ledger.record(named(1, certificate(1)), now: start).recorded)
            let again = try await ledger.record(named(1, certificate(2, key: 1)), now: start + 5)
            #expect(again == IssuanceOutcome(first, isRepeat: true))
            #expect(try await ledger.counts().certificates == 1)
            #expect(try await ledger.certificate(serial(2)) == nil)
        },
        ContractCase("a hundred at once are one certificate and a hundred equal answers") { ledger in
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
        },
        ContractCase("the same name for another request is refused") { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            await #expect(throws: LedgerError.idempotencyKeyReused) {
                try await ledger.record(named(1, certificate(2), asks: 2), now: start)
            }
            #expect(try await ledger.counts().certificates == 1)
        },
        ContractCase("a name is free again when its time is over, forgotten or not") { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            _ = try await ledger.record(named(2, certificate(2)), now: start)
            #expect(try await ledger.record(named(1, certificate(3), asks: 2), now: start + day).recorded != nil)
            try await ledger.forgetIdempotencyKeys(now: start + day)
            #expect(try await ledger.record(named(2, certificate(4), asks: 2), now: start + day).recorded != nil)
        },
        ContractCase("a name that is still good is not forgotten") { ledger in
            _ = try await ledger.record(named(1, certificate(1)), now: start)
            try await ledger.forgetIdempotencyKeys(now: start + day - 1)
            #expect(try await ledger.record(named(1, certificate(2, key: 1)), now: start + day - 1).repeated != nil)
        },
        ContractCase("a request that was refused leaves its name free") { ledger in
            _ = try await ledger.record(certificate(1))
            let taken = LedgerError.serialNumberTaken(try serial(1))
            await #expect(throws: taken) {
                try await ledger.record(named(1, certificate(1)), now: start)
            }
            #expect(try await ledger.record(named(1, certificate(2), asks: 2), now: start).recorded != nil)
        },
    ]
}

private func named(
    _ name: Int, _ certificate: CertificateRecord, asks request: Int = 1, until expiresAt: UnixTime = start + day,
    _ claim: IssuanceClaim = .token(exclusive: false)
) -> IssuanceRecord {
    IssuanceRecord(
        certificate: certificate, claim: claim, audit: event(),
        idempotency: IdempotencyClaim(keySHA256: key(name), requestSHA256: key(request), expiresAt: expiresAt))
}
