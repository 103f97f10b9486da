import Ledger
import PKI
import Testing

extension ContractCase {
    /// What a revocation does, and what it leaves as it is.
    static let revocations: [ContractCase] =
        [
            ContractCase("the first date, reason and CRL number stay") { ledger in
                _ = try await ledger.record(certificate(1))
                let first = try await ledger.revoke(1, .superseded, at: start)
                let again = try await ledger.revoke(1, .privilegeWithdrawn, at: start + day)
                #expect(again.alreadyRevoked)
                #expect(again.certificate == first.certificate)
                #expect(try await ledger.counts().revocations == 1)
                #expect(try await ledger.reserveCRL(issuer: "devices", after: 0, now: start).entries.count == 1)
            },
            ContractCase("unknown and expired certificates are refused") { ledger in
                _ = try await ledger.record(certificate(1, notAfter: start + day))
                await #expect(throws: LedgerError.certificateUnknown(try serial(2))) { try await ledger.revoke(2) }
                await #expect(throws: LedgerError.certificateExpired(try serial(1))) { try await ledger.revoke(1, at: start + day + 1) }
                #expect(try await ledger.revoke(1, at: start + day).certificate.revocation?.date == start + day, "its last second")
                #expect(try await ledger.revoke(1, at: start + 2 * day).alreadyRevoked, "revoked before it expired")
            },
            ContractCase("suspending revokes every live certificate of the identity and of no other") { ledger in
                _ = try await ledger.record(certificate(1), .token(exclusive: false))
                _ = try await ledger.record(certificate(2), .token(exclusive: false))
                _ = try await ledger.record(certificate(3, notAfter: start + 1), .token(exclusive: false))
                _ = try await ledger.record(certificate(4), .token(exclusive: false))
                _ = try await ledger.record(certificate(5, "b"))
                _ = try await ledger.revoke(4, .superseded)
                let receipt = try await ledger.revoke(1, .privilegeWithdrawn, suspends: true, at: start + 2)
                #expect(receipt.alsoRevoked == [try serial(2)])
                #expect(try await ledger.certificate(serial(2))?.revocation == receipt.certificate.revocation)
                #expect(try await ledger.certificate(serial(3))?.revocation == nil, "expired")
                #expect(try await ledger.certificate(serial(4))?.revocation?.reason == .superseded, "revoked before")
                #expect(try await ledger.certificate(serial(5))?.revocation == nil, "another identity")
                #expect(try await ledger.identity(device("a"))?.suspendedAt == start + 2)
                #expect(try await ledger.identity(device("b"))?.suspendedAt == nil)
            },
            ContractCase("an order to suspend still suspends when its certificate was revoked before") { ledger in
                _ = try await ledger.record(certificate(1), .token(exclusive: false))
                _ = try await ledger.record(certificate(2), .token(exclusive: false))
                _ = try await ledger.revoke(1, .superseded)
                let receipt = try await ledger.revoke(1, .cessationOfOperation, suspends: true, at: start + 9)
                #expect(receipt.alreadyRevoked)
                #expect(receipt.certificate.revocation?.reason == .superseded)
                #expect(receipt.alsoRevoked == [try serial(2)])
                let again = try await ledger.revoke(1, .cessationOfOperation, suspends: true, at: start + 10)
                #expect(again.alsoRevoked == [])
                #expect(try await ledger.identity(device("a"))?.suspendedAt == start + 9)
            },
            ContractCase("every certificate revoked for keyCompromise blocks its key") { ledger in
                _ = try await ledger.record(certificate(1, key: 1), .token(exclusive: false))
                _ = try await ledger.record(certificate(2, key: 2), .token(exclusive: false))
                _ = try await ledger.record(certificate(3, "b", key: 3))
                _ = try await ledger.revoke(1, .keyCompromise, suspends: true)
                _ = try await ledger.revoke(3, .superseded)
                _ = try await ledger.revoke(3, .keyCompromise)
                for key in 1...3 {
                    await #expect(throws: LedgerError.keyCompromised, "key \(key)") {
                        try await ledger.record(certificate(10, "c", key: key))
                    }
                }
                #expect(try await ledger.record(certificate(10, "c", key: 10)).recorded != nil)
            },
            ContractCase("a certificate whose key was compromised in another identity renews nothing, not even to a new key") { ledger in
                _ = try await ledger.record(certificate(1, "a", key: 1))
                _ = try await ledger.record(certificate(2, "b", key: 1))
                _ = try await ledger.revoke(1, .keyCompromise, suspends: true)
                await #expect(throws: LedgerError.presentedRevoked(try serial(2))) {
                    try await ledger.renew(2, to: certificate(3, "b", key: 3))
                }
            },
            ContractCase("a compromised key ends the identity's certificates that have it, without suspending") { ledger in
                _ = try await ledger.record(certificate(1, key: 1), .token(exclusive: false))
                _ = try await ledger.record(certificate(2, key: 1), .token(exclusive: false))
                _ = try await ledger.record(certificate(3, key: 3), .token(exclusive: false))
                let receipt = try await ledger.revoke(1, .keyCompromise, suspends: false)
                #expect(receipt.alsoRevoked == [try serial(2)])
                #expect(try await ledger.certificate(serial(3))?.revocation == nil)
                #expect(try await ledger.identity(device("a"))?.suspendedAt == nil)
            },
            ContractCase("revoking and renewing at once a thousand times leaves no live certificate") { ledger in
                for round in 0..<1000 {
                    let name = "race-\(round)"
                    let first = 2 * round + 1
                    _ = try await ledger.record(certificate(first, name))
                    async let renewal = outcome { try await ledger.renew(first, to: certificate(first + 1, name)) }
                    async let revocation = outcome { try await ledger.revoke(first, .cessationOfOperation, suspends: true) }
                    let (renewed, revoked) = await (renewal, revocation)
                    #expect(throws: Never.self) { try revoked.get() }
                    if case .failure(let error) = renewed { #expect(error == .presentedRevoked(try serial(first))) }
                    let live = try await ledger.search(
                        CertificateFilter(commonName: name, state: .active), after: nil, limit: 9, now: start)
                    #expect(live.isEmpty)
                }
            },
        ] + RevocationReason.allCases.map(revocation(for:))
}

private func revocation(for reason: RevocationReason) -> ContractCase {
    ContractCase("a revoked certificate shows date, reason \(reason) and CRL number everywhere") { ledger in
        _ = try await ledger.record(certificate(1))
        #expect(try await ledger.certificate(serial(1))?.revocation == nil)
        let receipt = try await ledger.revoke(1, reason, at: start + 5)
        let expected = Revocation(date: start + 5, reason: reason, crlNumber: start.seconds + 5)
        #expect(receipt.certificate.revocation == expected)
        #expect(!receipt.alreadyRevoked)
        #expect(receipt.alsoRevoked == [])
        #expect(try await ledger.certificate(serial(1))?.revocation == expected)
        #expect(try await ledger.counts() == LedgerCounts(certificates: 1, revocations: 1))
        #expect(try await ledger.identity(device("a"))?.suspendedAt == nil)
    }
}

private func outcome<Value>(_ body: () async throws -> Value) async -> Result<Value, LedgerError> {
    do {
        return .success(try await body())
    } catch {
        return .failure(error as? LedgerError ?? .corrupt("\(error)"))
    }
}
