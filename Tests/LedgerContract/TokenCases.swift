import Ledger
import PKI
import Testing

extension ContractCase {
    /// The life of tokens and tickets.
    static let tokens: [ContractCase] =
        [
            ContractCase("a token can be extended until it is revoked") { ledger in
                let id = try await ledger.create(samples[2], audit: event(.tokenCreate)).id
                #expect(try await ledger.token(secretSHA256: key(1))?.expiresAt == samples[2].expiresAt)
                try await ledger.renewToken(id: id, expiresAt: start + 2 * day, audit: event(.tokenRenew))
                #expect(try await ledger.token(secretSHA256: key(1))?.expiresAt == start + 2 * day)
                for _ in 1...2 { try await ledger.revokeToken(id: id, audit: event(.tokenRevoke)) }
                #expect(try await ledger.token(secretSHA256: key(1))?.revoked == true)
                await #expect(throws: LedgerError.tokenUnknown) {
                    try await ledger.renewToken(id: id, expiresAt: start + 3 * day, audit: event(.tokenRenew))
                }
                #expect(try await ledger.token(secretSHA256: key(1))?.expiresAt == start + 2 * day)
            },
            ContractCase("a revoked token takes all that descend from it along, and no other") { ledger in
                var ids: [Int64] = []
                for (number, parent) in [nil, 0, 1, nil].enumerated() {
                    var token = ticket(number, .pattern("*"))
                    token.parentID = parent.map { ids[$0] }
                    ids.append(try await ledger.create(token, audit: event(.tokenCreate)).id)
                }
                try await ledger.revokeToken(id: ids[0], audit: event(.tokenRevoke))
                for (number, revoked) in [true, true, true, false].enumerated() {
                    #expect(try await ledger.token(secretSHA256: key(1000 + number))?.revoked == revoked, "token \(number)")
                }
            },
            ContractCase("an unknown token is neither extended, revoked nor spent") { ledger in
                await #expect(throws: LedgerError.tokenUnknown) {
                    try await ledger.renewToken(id: 9, expiresAt: start, audit: event(.tokenRenew))
                }
                await #expect(throws: LedgerError.tokenUnknown) { try await ledger.revokeToken(id: 9, audit: event(.tokenRevoke)) }
                await #expect(throws: LedgerError.tokenUnknown) { try await ledger.spendUse(ofToken: 9, audit: event(.authenticate)) }
                let head = try await ledger.auditHead()
                #expect(head.id == 0, "what is refused leaves no event of its own")
            },
            ContractCase("a limited token is spent use by use, a ticket only by enrolling") { ledger in
                var limited = samples[2]
                limited.usesLeft = 2
                let id = try await ledger.create(limited, audit: event(.tokenCreate)).id
                for _ in 1...2 { try await ledger.spendUse(ofToken: id, audit: event(.authenticate)) }
                await #expect(throws: LedgerError.tokenUnknown) { try await ledger.spendUse(ofToken: id, audit: event(.authenticate)) }
                #expect(try await ledger.token(secretSHA256: key(1))?.usesLeft == 0)

                let ticket = try await ledger.create(samples[0], audit: event(.ticketCreate))
                try await ledger.spendUse(ofToken: ticket.id, audit: event(.authenticate))
                #expect(try await ledger.token(secretSHA256: ticket.secretSHA256)?.usesLeft == 3)

                let unlimited = try await ledger.create(samples[1], audit: event(.ticketCreate))
                try await ledger.spendUse(ofToken: unlimited.id, audit: event(.authenticate))
                #expect(try await ledger.token(secretSHA256: unlimited.secretSHA256)?.usesLeft == nil)
            },
            ContractCase("a request in flight writes nothing once its token, or one above it, has ended") { ledger in
                var child = samples[2]
                child.parentID = try await ledger.create(ticket(1, .pattern("*")), audit: event(.tokenCreate)).id
                child.id = try await ledger.create(child, audit: event(.tokenCreate)).id
                _ = try await ledger.record(certificate(1))
                let claim = IdempotencyClaim(keySHA256: key(5), requestSHA256: key(6), expiresAt: start + day)
                func act(_ name: String, at time: UnixTime = start) async throws {
                    let audit = AuditEvent(
                        timestamp: time.milliseconds, principal: "token:test", action: .sign, resource: "", result: .allowed, ipAddress: "",
                        userAgent: "", actingToken: child.id)
                    switch name {
                    case "sign":
                        let record = IssuanceRecord(
                            certificate: try certificate(2, "b"), claim: .token(exclusive: false), audit: audit, idempotency: claim)
                        _ = try await ledger.record(record, now: start)
                    case "revoke":
                        let order = RevocationOrder(
                            serialNumber: try serial(1), reason: .superseded, date: start, suspendsIdentity: false, audit: audit)
                        _ = try await ledger.revoke(order)
                    case "create": _ = try await ledger.create(ticket(3, .pattern("*")), audit: audit)
                    case "extend": try await ledger.renewToken(id: child.id, expiresAt: start + 2 * day, audit: audit)
                    default: try await ledger.revokeToken(id: child.id, audit: audit)
                    }
                }
                try await act("sign")
                let head = try await ledger.auditHead()
                for name in ["sign", "revoke", "create", "extend", "end"] {
                    await #expect(throws: LedgerError.tokenUnknown, "\(name) after its end") { try await act(name, at: start + day) }
                }
                #expect(try await ledger.auditHead() == head)
                try await ledger.revokeToken(id: child.parentID ?? 0, audit: event(.tokenRevoke))
                let ended = try await ledger.auditHead()
                for name in ["sign", "revoke", "create", "extend", "end"] {
                    await #expect(throws: LedgerError.tokenUnknown, "\(name)") { try await act(name) }
                }
                #expect(try await ledger.auditHead() == ended)
            },
            ContractCase("a ticket that is revoked with its creator is refused, its named repeat too") { ledger in
                let parent = try await ledger.create(samples[2], audit: event(.tokenCreate)).id
                var first = ticket(1, .identity("a"))
                first.parentID = parent
                let id = try await ledger.create(first, audit: event(.ticketCreate)).id
                let claim = IdempotencyClaim(keySHA256: key(5), requestSHA256: key(6), expiresAt: start + day)
                let record = IssuanceRecord(
                    certificate: try certificate(1), claim: .ticket(id: id, exclusive: true), audit: event(), idempotency: claim)
                _ = try await ledger.record(record, now: start)
                try await ledger.revokeToken(id: parent, audit: event(.tokenRevoke))
                await #expect(throws: LedgerError.ticketRevoked) { try await ledger.record(record, now: start) }
            },
        ] + samples.map(finding)
}

private let samples: [TokenRecord] = [
    ticket(1, .identity("a"), organization: "Org", type: "sensor", uses: 3),
    ticket(2, .pattern("dev-*"), uses: nil),
    TokenRecord(
        accessor: "admin", secretSHA256: key(1), displayName: "Admin \"1\"", policies: ["admin", "audi/tor"], ticket: nil,
        createdAt: start, expiresAt: start + day, maxTTL: 90 * day, usesLeft: nil),
]

private func finding(_ token: TokenRecord) -> ContractCase {
    ContractCase("a token is found by the hash of its secret, just as it was made: \(token.accessor)") { ledger in
        var expected = try await ledger.create(token, audit: event(.tokenCreate))
        #expect(expected.id > 0)
        #expect(try await ledger.token(secretSHA256: token.secretSHA256) == expected)
        #expect(try await ledger.token(secretSHA256: key(77)) == nil)
        expected.id = token.id
        #expect(expected == token)
    }
}
