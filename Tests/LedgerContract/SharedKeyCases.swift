import Ledger
import PKI
import Testing

extension ContractCase {
    /// One key in certificates of several identities.
    static let sharedKeys: [ContractCase] = [
        ContractCase("a compromised key ends every live certificate that has it, of whatever identity, profile and issuer") { ledger in
            let named = try await share(ledger)
            let receipt = try await ledger.revoke(named, .keyCompromise, suspends: true)
            #expect(try receipt.alsoRevoked == [serial(2), serial(3), serial(4)], "4 is of an identity that ends with 2")
            for name in [device("a"), device("b"), IdentityName(profile: "service", name: "x.y")] {
                #expect(try await ledger.identity(name)?.suspendedAt == start, "\(name)")
            }
            #expect(try await ledger.certificate(serial(5))?.revocation == nil, "another key")
        },
        ContractCase("an earlier revocation that becomes a compromise ends them, too") { ledger in
            let named = try await share(ledger)
            #expect(try await ledger.revoke(named, .superseded).alsoRevoked.isEmpty)
            let receipt = try await ledger.revoke(named, .keyCompromise, suspends: true)
            #expect(receipt.alreadyRevoked)
            #expect(try receipt.alsoRevoked == [serial(2), serial(3), serial(4)])
        },
        ContractCase("without suspending, a compromised key ends its certificates alone") { ledger in
            let named = try await share(ledger)
            #expect(try await ledger.revoke(named, .keyCompromise, suspends: false).alsoRevoked == [serial(2), serial(3)])
            #expect(try await ledger.identity(device("b"))?.suspendedAt == nil)
        },
        ContractCase("a key of another live identity is found, and refused where that is the rule") { ledger in
            _ = try await ledger.record(certificate(1, "a", key: 1))
            #expect(try await ask(ledger, 2, "a", .warn) == nil, "its own")
            #expect(try await ask(ledger, 3, "b", .warn) == device("a"))
            #expect(try await ask(ledger, 4, "b", .allow) == nil, "nobody asked")
            await #expect(throws: LedgerError.keyShared(with: device("a"))) { _ = try await ask(ledger, 5, "c", .refuse) }
            #expect(try await ask(ledger, 6, "c", .refuse, at: start + 31 * day) == nil, "they have expired")
        },
    ]
}

/// Key 1 in two devices and a service; the second device has another certificate with another key.
private func share(_ ledger: any CertificateLedger) async throws -> Int {
    _ = try await ledger.record(certificate(1, "a", key: 1))
    _ = try await ledger.record(certificate(2, "b", key: 1), .token(exclusive: false))
    _ = try await ledger.record(certificate(3, "x.y", profile: "service", organization: nil, type: nil, issuer: "services", key: 1))
    _ = try await ledger.record(certificate(4, "b", key: 4), .token(exclusive: false))
    _ = try await ledger.record(certificate(5, "c", key: 5))
    return 1
}

private func ask(
    _ ledger: any CertificateLedger, _ number: Int, _ name: String, _ rule: KeyReuse, at now: UnixTime = start
) async throws -> IdentityName? {
    let asked = IssuanceRecord(
        certificate: try certificate(number, name, key: 1, notAfter: now + day), claim: .token(exclusive: true), audit: event(),
        keyReuse: rule)
    return try await ledger.record(asked, now: now).sharesKeyWith
}
