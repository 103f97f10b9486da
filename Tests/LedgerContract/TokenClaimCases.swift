import Ledger
import PKI
import Testing

extension ContractCase {
    /// What a token's holder may issue.
    static let tokenClaims: [ContractCase] = [
        ContractCase("the first certificate of an identity is generation 1 of lineage 1") { ledger in
            let outcome = try await ledger.record(certificate(1, names: ["DNS:a.internal", "URI:urn:uuid:a/b"]))
            var expected = try certificate(1, names: ["DNS:a.internal", "URI:urn:uuid:a/b"])
            (expected.lineage, expected.generation) = (1, 1)
            #expect(outcome == IssuanceOutcome(expected))
            #expect(try await ledger.certificate(serial(1)) == expected)
            let identity = IdentityRecord(name: device("a"), organization: "Org", lineage: 1, suspendedAt: nil)
            #expect(try await ledger.identity(device("a")) == identity)
        },
        ContractCase("each enrolment of an identity starts a lineage") { ledger in
            for number in 1...3 {
                let recorded = try await ledger.record(certificate(number)).recorded
                #expect(recorded?.lineage == number)
                #expect(recorded?.generation == 1)
            }
            #expect(try await ledger.identity(device("a"))?.lineage == 3)
        },
        ContractCase("identities of one name in two profiles are two") { ledger in
            _ = try await ledger.record(certificate(1))
            let other = try await ledger.record(certificate(2, profile: "service", organization: "Other"))
            #expect(other.recorded?.lineage == 1)
        },
        ContractCase("an identity keeps its organization") { ledger in
            let rows: [(name: String, first: String?, second: String?, error: LedgerError?)] = [
                ("same", "Org", "Org", nil),
                ("differs", "Org", "Other", .organizationDiffers(device("differs"), known: "Org", asked: "Other")),
                ("none-asked", "Org", nil, nil),
                ("none-known", nil, "Org", nil),
            ]
            for (index, row) in rows.enumerated() {
                _ = try await ledger.record(certificate(10 + index, row.name, organization: row.first))
                let second = try certificate(20 + index, row.name, organization: row.second)
                if let error = row.error {
                    await #expect(throws: error, "\(row.name)") { try await ledger.record(second) }
                } else {
                    #expect(try await ledger.record(second).recorded?.lineage == 2, "\(row.name)")
                }
                #expect(try await ledger.identity(device(row.name))?.organization == "Org", "\(row.name)")
            }
        },
        ContractCase("a token cannot issue to a suspended identity") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.revoke(1, suspends: true)
            await #expect(throws: LedgerError.identitySuspended(device("a"))) { try await ledger.record(certificate(2)) }
            #expect(try await ledger.certificate(serial(2)) == nil)
        },
        ContractCase("the CA's own server certificate is always allowed") { ledger in
            _ = try await ledger.record(certificate(1, organization: "Org"), .own)
            _ = try await ledger.revoke(1, suspends: true)
            let second = try await ledger.record(certificate(2, organization: "Other"), .own)
            #expect(second.recorded?.lineage == 2)
            #expect(try await ledger.identity(device("a"))?.suspendedAt == nil)
        },
        ContractCase("a serial number is taken once, in whatever line") { ledger in
            _ = try await ledger.record(certificate(1, "a", issuer: "devices"))
            let twin = try certificate(1, "b", profile: "service", issuer: "services", key: 9)
            await #expect(throws: LedgerError.serialNumberTaken(try serial(1))) { try await ledger.record(twin) }
            #expect(try await ledger.identity(twin.identity) == nil, "nothing of the refused request may stay")
            #expect(try await ledger.counts() == LedgerCounts(certificates: 1, revocations: 0))
        },
        ContractCase("a compromised key gets no certificate under any claim") { ledger in
            _ = try await ledger.record(certificate(1, "stolen", key: 7))
            _ = try await ledger.revoke(1, .keyCompromise)
            _ = try await ledger.record(certificate(2, "head"))
            let claims: [IssuanceClaim] = [
                .token(exclusive: true), .token(exclusive: false), .own,
                .renewal(presented: try serial(2), grace: grace, exclusive: true),
                try await ledger.claim(ticket(1, .identity("head"))),
            ]
            for claim in claims {
                await #expect(throws: LedgerError.keyCompromised, "\(claim)") {
                    try await ledger.record(certificate(3, "head", key: 7), claim)
                }
            }
        },
    ]
}
