import Ledger
import PKI
import Testing

/// A name that one identity has, one that another asks for, and whether they mean the same.
struct NameRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let held: (name: String, others: [String])
    let asked: (name: String, others: [String])
    let collides: Bool

    init(_ held: (String, [String]), _ asked: (String, [String]), _ collides: Bool) {
        testDescription = "\(asked) beside \(held)"
        (self.held, self.asked, self.collides) = (held, asked, collides)
    }

    private static let id = "00000000-0000-4000-8000-000000000001"

    static let all: [NameRow] = [
        .init(("db.x", ["IP:10.0.0.9"]), ("web.x", ["IP:10.0.0.9"]), true),
        .init(("db.x", ["IP:10.0.0.9"]), ("web.x", ["IP:10.0.0.8"]), false),
        .init(("db.x", ["IP:10.0.0.9"]), ("web.x", ["IP:::ffff:a00:9"]), true),
        .init(("db.x", ["IP:127.0.0.1", "IP:::1", "DNS:localhost"]), ("web.x", ["IP:127.0.0.1", "IP:::1", "DNS:localhost"]), false),
        .init(("db.x", ["URI:spiffe://x/db"]), ("web.x", ["URI:spiffe://x/db"]), true),
        .init(("db.x", ["DNS:web.x"]), ("web.x", []), true), .init(("web.x", []), ("db.x", ["DNS:web.x"]), true),
        .init(("db.x", ["DNS:*.apps.x"]), ("a.apps.x", []), true), .init(("a.apps.x", []), ("db.x", ["DNS:*.apps.x"]), true),
        .init(("db.x", ["DNS:a.apps.x"]), ("web.x", ["DNS:*.apps.x"]), true),
        .init(("a.b.apps.x", []), ("db.x", ["DNS:*.apps.x"]), false), .init(("*.apps.x", []), ("a.b.apps.x", []), false),
        .init((id, ["URI:urn:uuid:\(id)"]), ("db.x", ["URI:urn:uuid:\(id)"]), true),
        .init((id, ["URI:urn:uuid:\(id)"]), ("db.x", ["DNS:\(id)"]), true),
        .init(("db.x", ["URI:urn:uuid:\(id)"]), (id, ["URI:urn:uuid:\(id)"]), true),
    ]
}

extension ContractCase {
    /// A name belongs to one identity at a time, whatever field it stands in.
    static let heldNames: [ContractCase] =
        [
            ContractCase("a name is free again when its certificates were revoked or have expired") { ledger in
                _ = try await ledger.record(service(1, "db.x", ["IP:10.0.0.9"], notAfter: start + day))
                let held = LedgerError.nameHeld("IP:10.0.0.9", by: IdentityName(profile: "service", name: "db.x"))
                await #expect(throws: held) {
                    try await enroll(service(2, "web.x", ["IP:10.0.0.9"]), in: ledger, at: start + day)
                }
                _ = try await enroll(service(2, "web.x", ["IP:10.0.0.9"], notAfter: start + 3 * day), in: ledger, at: start + day + 1)
                _ = try await ledger.revoke(2, at: start + day + 1)
                #expect(try await enroll(service(3, "app.x", ["IP:10.0.0.9"]), in: ledger, at: start + day + 1).recorded != nil)
            },
            ContractCase("a suspended identity keeps its own name, and others until they would have expired") { ledger in
                _ = try await ledger.record(service(1, "db.x", ["IP:10.0.0.9"], notAfter: start + day))
                _ = try await ledger.revoke(1, .privilegeWithdrawn, suspends: true)
                let holder = IdentityName(profile: "service", name: "db.x")
                await #expect(throws: LedgerError.nameHeld("IP:10.0.0.9", by: holder)) {
                    try await enroll(service(2, "web.x", ["IP:10.0.0.9"]), in: ledger)
                }
                #expect(try await enroll(service(2, "web.x", ["IP:10.0.0.9"]), in: ledger, at: start + day + 1).recorded != nil)
                await #expect(throws: LedgerError.nameHeld("db.x", by: holder)) {
                    try await enroll(service(3, "app.x", ["DNS:db.x"]), in: ledger, at: start + 100 * day)
                }
            },
            ContractCase("the same identity enrols again with its names, renews them, and a repeat is a repeat") { ledger in
                let names = ["DNS:db.x", "DNS:db-1.x", "IP:10.0.0.9"]
                let ticket = TicketScope(
                    profile: "service", subject: .identity("db.x"), organization: nil, type: nil, names: ["DNS:db-1.x", "IP:10.0.0.9"])
                var token = LedgerContract.ticket(1, ticket.subject)
                token.ticket = ticket
                let claim = try await ledger.claim(token, exclusive: false)
                let first = try await ledger.record(service(1, "db.x", names, key: 7), claim).recorded
                #expect(try await ledger.record(service(2, "db.x", names, key: 7), claim).repeated == first)
                #expect(try await ledger.record(service(3, "db.x", names)).recorded != nil)
                #expect(try await ledger.renew(1, to: service(4, "db.x", names), exclusive: false).recorded != nil)
            },
            ContractCase("a ticket gives no name but its own, loopback and those that it lists") { ledger in
                var token = ticket(1, .identity("db.x"), profile: "service", uses: 9)
                token.ticket?.names = ["IP:10.0.0.9"]
                let claim = try await ledger.claim(token, exclusive: false)
                for (number, name) in ["IP:10.0.0.8", "DNS:web.x", "URI:spiffe://x/db"].enumerated() {
                    await #expect(throws: LedgerError.ticketForOtherIdentity(IdentityName(profile: "service", name: "db.x")), "\(name)") {
                        try await ledger.record(service(10 + number, "db.x", ["DNS:db.x", name]), claim)
                    }
                }
                #expect(try await ledger.record(service(1, "db.x", ["DNS:db.x", "IP:10.0.0.9", "IP:127.0.0.1"]), claim).recorded != nil)
                #expect(try await ledger.token(secretSHA256: token.secretSHA256)?.ticket?.names == ["IP:10.0.0.9"])
            },
            ContractCase("the holder of a token may give a name to several services") { ledger in
                _ = try await ledger.record(service(1, "db-1.x", ["DNS:db-1.x", "DNS:db.x", "IP:10.0.0.9"]))
                let second = try await ledger.record(service(2, "db-2.x", ["DNS:db-2.x", "DNS:db.x", "IP:10.0.0.9"]))
                #expect(!second.isRepeat)
                let holder = IdentityName(profile: "service", name: "db-1.x")
                #expect(second.sharedName == SharedName(name: "IP:10.0.0.9", holder: holder), "told, so that its holder can be warned")
                #expect(try await ledger.record(service(3, "db-3.x", ["DNS:db-3.x", "IP:10.0.0.8"])).sharedName == nil)
            },
        ] + NameRow.all.map(refusalOfHeldName)
}

private func refusalOfHeldName(_ row: NameRow) -> ContractCase {
    ContractCase("a name that another live identity has is refused, whatever field it stands in: \(row.testDescription)") { ledger in
        _ = try await ledger.record(service(1, row.held.name, row.held.others))
        let asked = try service(2, row.asked.name, row.asked.others)
        let answer = try await refusal { try await enroll(asked, in: ledger) }
        if row.collides {
            guard case .nameHeld(_, by: IdentityName(profile: "service", name: row.held.name)) = answer else {
                Issue.record("not refused as held: \(String(describing: answer))")
                return
            }
            #expect(try await ledger.counts().certificates == 1)
        } else {
            #expect(answer == nil)
        }
    }
}

/// Enrols by a ticket that lists every name: what refuses it then is who else holds one.
@discardableResult
private func enroll(
    _ certificate: CertificateRecord, in ledger: any CertificateLedger, at now: UnixTime = start
) async throws -> IssuanceOutcome {
    let number = Int(try await ledger.auditHead().id) + 500
    var token = ticket(number, .identity(certificate.identity.name), profile: "service", expiresAt: start + 1_000 * day)
    token.ticket?.names = certificate.subjectAlternativeNames
    return try await ledger.record(certificate, ledger.claim(token, exclusive: false), at: now)
}

private func service(
    _ number: Int, _ name: String, _ names: [String], key: Int? = nil, notAfter: UnixTime = start + 30 * day
) throws -> CertificateRecord {
    try certificate(
        number, name, profile: "service", organization: nil, type: nil, issuer: "services", key: key, notAfter: notAfter, names: names)
}

private func refusal(_ body: () async throws -> some Sendable) async throws -> LedgerError? {
    do {
        _ = try await body()
        return nil
    } catch let error as LedgerError {
        return error
    }
}
