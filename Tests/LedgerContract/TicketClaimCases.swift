import Ledger
import PKI
import Testing

extension ContractCase {
    /// What a ticket's holder may enrol.
    static let ticketClaims: [ContractCase] =
        [
            ContractCase("an unknown ticket, or a token that is none, is refused") { ledger in
                var plain = ticket(1, .identity("a"))
                plain.ticket = nil
                let claims = [IssuanceClaim.ticket(id: 99, exclusive: true), try await ledger.claim(plain)]
                for claim in claims {
                    await #expect(throws: LedgerError.tokenUnknown) { try await ledger.record(certificate(1), claim) }
                }
            },
            ContractCase("a spent ticket presented again with the same key answers the same certificate") { ledger in
                let claim = try await ledger.claim(ticket(1, .identity("a")))
                let first = try await ledger.record(certificate(1, key: 5), claim).recorded
                let again = try await ledger.record(certificate(2, key: 5), claim)
                #expect(again.repeated == first)
                #expect(try await ledger.certificate(serial(2)) == nil)
                #expect(try await ledger.counts().certificates == 1)
                await #expect(throws: LedgerError.ticketSpent) { try await ledger.record(certificate(3, key: 6), claim) }
            },
            ContractCase("a ticket that has expired since answers the same certificate, too") { ledger in
                let claim = try await ledger.claim(ticket(1, .identity("a"), expiresAt: start + day, uses: 2))
                let first = try await ledger.record(certificate(1, key: 5), claim).recorded
                #expect(try await ledger.record(certificate(2, key: 5), claim, at: start + day).repeated == first)
                await #expect(throws: LedgerError.ticketExpired) { try await ledger.record(certificate(3, key: 6), claim, at: start + day) }
            },
            ContractCase("a repeated use ends with the ticket, and with the certificate") { ledger in
                let revoked = try await ledger.create(ticket(1, .identity("a")), audit: event(.ticketCreate)).id
                _ = try await ledger.record(certificate(1, "a"), .ticket(id: revoked, exclusive: true))
                try await ledger.revokeToken(id: revoked, audit: event(.tokenRevoke))
                await #expect(throws: LedgerError.ticketRevoked) {
                    try await ledger.record(certificate(11, "a", key: 1), .ticket(id: revoked, exclusive: true))
                }
                let gone = try await ledger.claim(ticket(2, .identity("b")))
                _ = try await ledger.record(certificate(2, "b"), gone)
                _ = try await ledger.revoke(2)
                await #expect(throws: LedgerError.ticketSpent) { try await ledger.record(certificate(12, "b", key: 2), gone) }

                let old = try await ledger.claim(ticket(3, .identity("c"), expiresAt: start + 60 * day))
                _ = try await ledger.record(certificate(3, "c", notAfter: start + day), old)
                await #expect(throws: LedgerError.ticketSpent) {
                    try await ledger.record(certificate(13, "c", key: 3), old, at: start + day + 1)
                }
            },
            ContractCase("after a certificate has ended the same ticket and key may pay for another") { ledger in
                let claim = try await ledger.claim(ticket(1, .identity("a"), uses: 3))
                _ = try await ledger.record(certificate(1, key: 5), claim)
                _ = try await ledger.revoke(1)
                #expect(try await ledger.record(certificate(2, key: 5), claim).recorded?.lineage == 2)
                #expect(try await ledger.record(certificate(3, key: 5), claim).repeated?.serialNumber == serial(2))
                #expect(try await ledger.token(secretSHA256: key(1001))?.usesLeft == 1)
            },
            ContractCase("a pattern ticket creates identities and never takes one over") { ledger in
                _ = try await ledger.record(certificate(1, "dev-0"))
                let claim = try await ledger.claim(ticket(1, .pattern("dev-*"), uses: 2))
                await #expect(throws: LedgerError.identityExists(device("dev-0"))) {
                    try await ledger.record(certificate(2, "dev-0"), claim)
                }
                #expect(try await ledger.record(certificate(3, "dev-1"), claim).recorded != nil)
                #expect(try await ledger.record(certificate(4, "dev-1", key: 3), claim).repeated?.serialNumber == serial(3))
                await #expect(throws: LedgerError.identityExists(device("dev-1"))) {
                    try await ledger.record(certificate(5, "dev-1"), claim)
                }
                #expect(try await ledger.record(certificate(6, "dev-2"), claim).recorded != nil)
                await #expect(throws: LedgerError.ticketSpent) { try await ledger.record(certificate(7, "dev-3"), claim) }
            },
            ContractCase("one key in two identities of a pattern ticket gets two certificates") { ledger in
                let claim = try await ledger.claim(ticket(1, .pattern("*"), uses: 2))
                #expect(try await ledger.record(certificate(1, "x", key: 5), claim).recorded?.identity.name == "x")
                #expect(try await ledger.record(certificate(2, "y", key: 5), claim).recorded?.identity.name == "y")
            },
            ContractCase("only a ticket made after the suspension reactivates an identity, also within one second") { ledger in
                let suspension = start + 100
                _ = try await ledger.record(certificate(1))
                let older = try await ledger.claim(ticket(1, .identity("a"), createdAt: suspension))
                _ = try await ledger.revoke(1, suspends: true, at: suspension)
                await #expect(throws: LedgerError.ticketOlderThanSuspension(device("a"))) {
                    try await ledger.record(certificate(2), older, at: suspension)
                }
                #expect(try await ledger.identity(device("a"))?.suspendedAt == suspension)
                let newer = try await ledger.claim(ticket(2, .identity("a"), createdAt: suspension))
                #expect(try await ledger.record(certificate(3), newer, at: suspension).recorded?.lineage == 2)
                #expect(try await ledger.identity(device("a"))?.suspendedAt == nil)
            },
            ContractCase("a ticket cannot move an identity to another organization") { ledger in
                _ = try await ledger.record(certificate(1, organization: "Org"))
                let claim = try await ledger.claim(ticket(1, .identity("a"), organization: "Other"))
                await #expect(throws: LedgerError.organizationDiffers(device("a"), known: "Org", asked: "Other")) {
                    try await ledger.record(certificate(2, organization: "Other"), claim)
                }
                #expect(try await ledger.token(secretSHA256: key(1001))?.usesLeft == 1, "a refusal costs no use")
            },
            ContractCase("a ticket of twenty uses enrols twenty devices at once, and no more") { ledger in
                let claim = try await ledger.claim(ticket(1, .pattern("*"), uses: 20))
                let outcomes = await withTaskGroup(of: Result<IssuanceOutcome, any Error>.self) { group in
                    for number in 1...30 {
                        group.addTask {
                            do {
                                return .success(try await ledger.record(certificate(number, "n\(number)"), claim))
                            } catch {
                                return .failure(error)
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                let errors = outcomes.compactMap { outcome in
                    if case .failure(let error) = outcome { error as? LedgerError } else { nil }
                }
                #expect(errors == Array(repeating: .ticketSpent, count: 10))
                #expect(try await ledger.counts().certificates == 20)
                #expect(try await ledger.token(secretSHA256: key(1001))?.usesLeft == 0)
            },
            ContractCase("a ticket from before a suspension stays void after another has reactivated the identity") { ledger in
                let old = try await ledger.claim(ticket(1, .identity("a"), uses: 3))
                _ = try await ledger.record(certificate(1), old)
                _ = try await ledger.revoke(1, .keyCompromise, suspends: true)
                let new = try await ledger.claim(ticket(2, .identity("a")))
                #expect(try await ledger.record(certificate(2), new).recorded != nil)
                await #expect(throws: LedgerError.ticketOlderThanSuspension(device("a"))) {
                    try await ledger.record(certificate(3), old)
                }
            },
        ] + rows.map(ticketClaim)
}

/// A ticket, what is asked with it, and the refusal; nil when it is granted.
private struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ticket: TokenRecord
    var name = "a"
    var profile = "device"
    var organization: String? = "Org"
    var type: String? = "sensor"
    var now = start
    let error: LedgerError?
}

private let rows = [
    Row(testDescription: "its identity", ticket: ticket(1, .identity("a")), error: nil),
    Row(testDescription: "another identity", ticket: ticket(1, .identity("b")), error: .ticketForOtherIdentity(device("a"))),
    Row(testDescription: "a matching pattern", ticket: ticket(1, .pattern("dev-*-?")), name: "dev-7-x", error: nil),
    Row(
        testDescription: "a pattern that does not match", ticket: ticket(1, .pattern("dev-*-?")), name: "dev-7-",
        error: .ticketForOtherIdentity(device("dev-7-"))),
    Row(
        testDescription: "another profile", ticket: ticket(1, .identity("a")), profile: "service",
        error: .ticketForOtherIdentity(IdentityName(profile: "service", name: "a"))),
    Row(testDescription: "its organization", ticket: ticket(1, .identity("a"), organization: "Org"), error: nil),
    Row(
        testDescription: "another organization", ticket: ticket(1, .identity("a"), organization: "Org"), organization: "Other",
        error: .ticketForOtherIdentity(device("a"))),
    Row(
        testDescription: "no organization", ticket: ticket(1, .identity("a"), organization: "Org"), organization: nil,
        error: .ticketForOtherIdentity(device("a"))),
    Row(testDescription: "its type", ticket: ticket(1, .identity("a"), type: "sensor"), error: nil),
    Row(
        testDescription: "another type", ticket: ticket(1, .identity("a"), type: "sensor"), type: "gateway",
        error: .ticketForOtherIdentity(device("a"))),
    Row(testDescription: "unlimited uses", ticket: ticket(1, .identity("a"), uses: nil), error: nil),
    Row(testDescription: "no use left", ticket: ticket(1, .identity("a"), uses: 0), error: .ticketSpent),
    Row(testDescription: "its last second", ticket: ticket(1, .identity("a"), expiresAt: start + 1), error: nil),
    Row(testDescription: "expired", ticket: ticket(1, .identity("a"), expiresAt: start), error: .ticketExpired),
    Row(testDescription: "revoked", ticket: ticket(1, .identity("a"), revoked: true), error: .ticketRevoked),
]

private func ticketClaim(_ row: Row) -> ContractCase {
    ContractCase("a ticket enrols what it names and nothing else: \(row.testDescription)") { ledger in
        let asked = try certificate(1, row.name, profile: row.profile, organization: row.organization, type: row.type)
        let claim = try await ledger.claim(row.ticket)
        if let error = row.error {
            await #expect(throws: error) { try await ledger.record(asked, claim, at: row.now) }
            #expect(try await ledger.token(secretSHA256: row.ticket.secretSHA256)?.usesLeft == row.ticket.usesLeft)
            #expect(try await ledger.identity(asked.identity) == nil)
        } else {
            #expect(try await ledger.record(asked, claim, at: row.now).recorded?.lineage == 1)
            #expect(try await ledger.token(secretSHA256: row.ticket.secretSHA256)?.usesLeft == row.ticket.usesLeft.map { $0 - 1 })
        }
    }
}
