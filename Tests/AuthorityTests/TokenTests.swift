import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

/// What a new token is to be, and its lifetime or why there is none.
struct TokenRow: CustomTestStringConvertible {
    let testDescription: String
    let order: TokenOrder
    /// Seconds.
    var ttl: Int64 = 0
    var maxTTL: Int64?
    var warns = false
    var code: String?

    private static let ticket = TicketScope(profile: "device", subject: .identity(uuid(1)), organization: nil, type: nil)
    private static let year: Int64 = 365 * 86_400

    static let all: [TokenRow] = [
        .init("by default", .init(), 86_400, maxTTL: 32 * 86_400),
        .init("not renewable", .init(ttl: 60, renewable: false), 60),
        .init("of a year", .init(ttl: year), year, maxTTL: year),
        .init("of more than a year", .init(ttl: year + 1), year, maxTTL: year, warns: true),
        .init("with a bound", .init(ttl: 60, explicitMaxTTL: 120), 60, maxTTL: 120),
        .init("with a bound below its ttl", .init(ttl: 600, explicitMaxTTL: 120), 120, maxTTL: 120, warns: true),
        .init("with a bound of 0, which is none", .init(ttl: 60, explicitMaxTTL: 0), 60, maxTTL: 32 * 86_400),
        .init("with a bound beyond all times", .init(ttl: 60, explicitMaxTTL: .max), 60, maxTTL: year),
        .init("with a negative bound", .init(ttl: 60, explicitMaxTTL: -1), code: "malformed_request"),
        .init("of no time", .init(ttl: 0), code: "malformed_request"),
        .init("of negative time", .init(ttl: -5), code: "malformed_request"),
        .init("with negative uses", .init(uses: -1), code: "malformed_request"),
        .init("with too many uses", .init(uses: 1_000_001), code: "malformed_request"),
        .init("with a name of two words", .init(displayName: "a b"), code: "malformed_request"),
        .init("with a name of 65 letters", .init(displayName: String(repeating: "a", count: 65)), code: "malformed_request"),
        .init("with a line end in its name", .init(displayName: "a\n"), code: "malformed_request"),
        .init("with an unknown policy", .init(policies: ["root"]), code: "policy_unknown"),
        .init("for enrolment", .init(ttl: 60, ticket: ticket), 60),
        .init("for enrolment in a year", .init(ttl: year, ticket: ticket), 90 * 86_400, warns: true),
    ]

    init(_ name: String, _ order: TokenOrder, _ ttl: Int64 = 0, maxTTL: Int64? = nil, warns: Bool = false, code: String? = nil) {
        (testDescription, self.order, self.ttl, self.maxTTL, self.warns, self.code) = (name, order, ttl, maxTTL, warns, code)
    }
}

@Suite struct `Tokens` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func create(_ order: TokenOrder, as principal: Principal? = nil) async throws -> CreatedToken {
        let admin = try await bench.admin()
        let action: Action = order.ticket == nil ? .tokenCreate : .ticketCreate
        return try await bench.authority.createToken(order, permit: bench.permit(principal ?? admin, action, order.ticket?.profile))
    }

    @Test(arguments: TokenRow.all) func `live as long as they should`(row: TokenRow) async throws {
        if let code = row.code {
            #expect(try await refusal { try await create(row.order) }?.code == code)
            #expect(try await bench.audit().last?.hasSuffix("refused \(code)") == true)
            return
        }
        let created = try await create(row.order)
        #expect(created.record.expiresAt - bench.time.now == row.ttl && created.record.maxTTL == row.maxTTL)
        #expect(created.warnings.isEmpty != row.warns)
        #expect(created.record.usesLeft == (row.order.ticket == nil ? nil : 1))
        #expect(try await bench.principal(token: created.secret).token?.id == created.record.id)
    }

    @Test func `keep their secret to themselves`() async throws {
        let created = try await create(TokenOrder(displayName: "ci"))
        let rows = try await bench.ledger.auditRows(AuditFilter(), before: nil, limit: 100)
        #expect(!"\(rows)\(created.record)\(bench.log.all)".contains(created.secret.suffix(43)))
        #expect(created.record.secretSHA256 == TokenSecret(presented: created.secret)?.sha256)
    }

    @Test func `extend themselves up to their bound and are never shortened`() async throws {
        let created = try await create(TokenOrder(ttl: 1_000, explicitMaxTTL: 3_000))
        let start = bench.time.now
        for (pause, increment, expected) in [
            (0, nil, 1_000), (500, nil, 1_500), (0, 10, 1_500), (500, -1_000_000, 1_500), (0, .max, 3_000), (1_000, nil, 3_000),
        ] as [(Int64, Int64?, Int64)] {
            bench.time.advance(pause)
            let principal = try await bench.principal(token: created.secret)
            let renewed = try await bench.authority.renewSelf(increment: increment, permit: bench.permit(principal, .tokenSelf))
            #expect(renewed.expiresAt - start == expected)
        }
        bench.time.advance(1_000)
        await #expect(throws: AuthenticationFailure.endedToken("token:\(created.record.accessor)")) {
            try await bench.principal(token: created.secret)
        }
    }

    @Test(arguments: [
        TokenOrder(renewable: false),
        TokenOrder(ticket: TicketScope(profile: "device", subject: .pattern("*"), organization: nil, type: nil)),
    ])
    func `that are not renewable stay as they are`(order: TokenOrder) async throws {
        let principal = try await bench.principal(token: create(order).secret)
        let error = try await refusal { try await bench.authority.renewSelf(increment: nil, permit: bench.permit(principal, .tokenSelf)) }
        #expect(error == .request(.tokenNotRenewable))
    }

    @Test func `live no longer than the one that makes them`() async throws {
        let parent = try await bench.principal(token: bench.makeToken(ttl: 1_000))
        let child = try await create(TokenOrder(ttl: 5_000), as: parent)
        #expect(child.record.expiresAt == bench.time.now + 1_000 && child.warnings.count == 1)
    }

    @Test func `that are orphans outlive their creator, for administrators alone`() async throws {
        let short = try await bench.principal(token: bench.makeToken(ttl: 1_000))
        let orphan = try await create(TokenOrder(ttl: 5_000, orphan: true), as: short)
        #expect(orphan.record.expiresAt - orphan.record.createdAt == 5_000)
        #expect(orphan.record.parentID == nil)
        try await bench.authority.revokeSelf(permit: bench.permit(short, .tokenSelf))
        #expect(try await bench.principal(token: orphan.secret).token?.id == orphan.record.id)
        let line = try await bench.principal(token: bench.makeToken(["provisioner"], name: "line"))
        let ticket = TicketScope(profile: "device", subject: .pattern("*"), organization: nil, type: nil)
        #expect(try await refusal { try await create(TokenOrder(ticket: ticket, orphan: true), as: line) }?.code == "permission_denied")
    }

    @Test func `with a limited number of uses make no others`() async throws {
        let parent = try await bench.principal(token: bench.makeToken(uses: 5))
        #expect(try await refusal { try await create(TokenOrder(), as: parent) } == .request(.limitedTokenCreates))
    }

    @Test func `revoke themselves at once`() async throws {
        let created = try await create(TokenOrder())
        let principal = try await bench.principal(token: created.secret)
        try await bench.authority.revokeSelf(permit: bench.permit(principal, .tokenSelf))
        await #expect(throws: AuthenticationFailure.endedToken("token:\(created.record.accessor)")) {
            try await bench.principal(token: created.secret)
        }
        #expect(
            try await refusal { try await bench.authority.renewSelf(increment: nil, permit: bench.permit(principal, .tokenSelf)) }
                == .ledger(.tokenUnknown))
    }

    @Test func `of a provisioner give neither more rights nor tickets for services`() async throws {
        let provisioner = try await bench.principal(token: bench.makeToken(["provisioner"], name: "line"))
        #expect(try await refusal { try await create(TokenOrder(), as: provisioner) }?.code == "permission_denied")
        let service = TicketScope(profile: "service", subject: .identity("db.internal"), organization: nil, type: nil)
        #expect(try await refusal { try await create(TokenOrder(ticket: service), as: provisioner) }?.code == "permission_denied")
        let device = TicketScope(profile: "device", subject: .identity(uuid(1)), organization: nil, type: nil)
        let permit = try await bench.permit(provisioner, .ticketCreate, "device")
        #expect(try await bench.authority.createToken(TokenOrder(ticket: device), permit: permit).record.policies == [])
        #expect(
            try await refusal { try await bench.authority.createToken(TokenOrder(ticket: service), permit: permit) }?.code
                == "permission_denied")
        #expect(
            try await refusal { try await bench.authority.createToken(TokenOrder(policies: ["admin"]), permit: permit) }?.code
                == "permission_denied")
    }

    @Test func `whose request was let in before their end make no others, not even orphans, after it`() async throws {
        let admin = try await bench.admin()
        let permit = try await bench.permit(admin, .tokenCreate)
        try await bench.authority.revokeSelf(permit: bench.permit(admin, .tokenSelf))
        for orphan in [false, true] {
            let error = try await refusal { try await bench.authority.createToken(TokenOrder(orphan: orphan), permit: permit) }
            #expect(error == .ledger(.tokenUnknown))
        }
    }

    @Test func `of others are looked up and ended by secret or accessor, with all that they made`() async throws {
        for bySecret in [true, false] {
            let parent = try await create(TokenOrder(displayName: "parent"))
            let child = try await create(TokenOrder(displayName: "child"), as: bench.principal(token: parent.secret))
            let reference = bySecret ? TokenReference.secret(parent.secret) : .accessor(parent.record.accessor)
            let admin = try await bench.admin()
            let found = try await bench.authority.token(reference, permit: bench.permit(admin, .tokenLookup))
            #expect(found?.accessor == parent.record.accessor)
            #expect(try await bench.authority.revokeToken(reference, permit: bench.permit(admin, .tokenRevoke))?.id == parent.record.id)
            for secret in [parent.secret, child.secret] {
                await #expect(throws: AuthenticationFailure.self) { try await bench.principal(token: secret) }
            }
        }
    }

    @Test func `of others that are not there are nothing, and without the action nobody ends one`() async throws {
        let admin = try await bench.admin()
        let permit = try await bench.permit(admin, .tokenRevoke)
        #expect(try await bench.authority.revokeToken(.accessor("none"), permit: permit) == nil)
        #expect(try await bench.authority.revokeToken(.secret("signet-token-none"), permit: permit) == nil)
        let line = try await bench.principal(token: bench.makeToken(["provisioner"], name: "line"))
        for action in [Action.tokenRevoke, .tokenLookup, .suspend] {
            #expect(try await refusal { try await bench.permit(line, action) }?.code == "permission_denied")
        }
    }

    @Test func `that are good for nothing any more are not found`() async throws {
        let permit = try await bench.permit(bench.admin(), .tokenLookup)
        let (revoked, expired, used) = (
            try await create(TokenOrder()), try await create(TokenOrder(ttl: 10)), try await create(TokenOrder(uses: 1))
        )
        try await bench.authority.revokeSelf(permit: bench.permit(bench.principal(token: revoked.secret), .tokenSelf))
        _ = try await bench.principal(token: used.secret)
        #expect(try await bench.authority.token(.secret(expired.secret), permit: permit) != nil)
        bench.time.advance(10)
        for created in [revoked, expired, used] {
            #expect(try await bench.authority.token(.accessor(created.record.accessor), permit: permit) == nil)
        }
    }

    @Test func `may end the one that they descend from`() async throws {
        let parent = try await create(TokenOrder())
        let child = try await bench.principal(token: create(TokenOrder(), as: bench.principal(token: parent.secret)).secret)
        let permit = try await bench.permit(child, .tokenRevoke)
        #expect(try await bench.authority.revokeToken(.accessor(parent.record.accessor), permit: permit)?.id == parent.record.id)
        await #expect(throws: AuthenticationFailure.self) { try await bench.principal(token: parent.secret) }
    }
}
