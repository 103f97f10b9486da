import Access
import Authority
import DefaultPolicies
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Tickets` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func enroll(
        _ secret: String, _ csr: SigningRequest, role: String = "device", as name: String? = nil
    ) async throws -> IssuanceResult {
        try await bench.sign(IssuanceOrder(role: role, csr: csr, commonName: name), as: bench.principal(token: secret))
    }

    @Test func `decide the identity, organization and type of a silent CSR`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1).uppercased()), organization: "Second GmbH", type: "gateway")
        let record = try await enroll(secret, makeRequest()).record
        #expect(record.commonName == uuid(1) && record.organization == "Second GmbH" && record.organizationalUnit == "gateway")
        #expect(record.requester.hasPrefix("ticket:"))
    }

    @Test func `answer the same certificate to the same key, also when spent and expired`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)), ttl: 3_600)
        let csr = try makeRequest()
        let first = try await enroll(secret, csr)
        bench.time.advance(60)
        #expect(try await enroll(secret, csr).record == first.record)
        bench.time.advance(3_600)
        let late = try await enroll(secret, csr)
        #expect(late.record.der == first.record.der && late.renewAt == first.renewAt)
        #expect(try await bench.ledger.counts().certificates == 1)
    }

    @Test func `are spent for any other key`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        _ = try await enroll(secret, makeRequest())
        #expect(try await refusal { try await enroll(secret, makeRequest()) } == .ledger(.ticketSpent))
    }

    @Test func `end when they expire`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)), ttl: 3_600)
        bench.time.advance(3_600)
        #expect(try await refusal { try await enroll(secret, makeRequest()) } == .ledger(.ticketExpired))
    }

    @Test func `are good until their last second`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)), ttl: 3_600)
        bench.time.advance(3_599)
        #expect(try await enroll(secret, makeRequest()).record.commonName == uuid(1))
    }

    @Test func `of another device are refused, naming both`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let error = try await refusal { try await enroll(secret, makeRequest(uuid(2))) }
        #expect(error == .issuance(.disagreement("common name", said: uuid(2), decided: uuid(1), source: "the ticket")))
    }

    @Test func `of another profile are refused`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let error = try await refusal { try await enroll(secret, makeRequest("db.internal"), role: "service") }
        #expect(error == .access(.ticketForOtherProfile(profile: "device", asked: "service")))
    }

    @Test func `with a pattern create that many new devices, and take over none`() async throws {
        let existing = try await bench.enroll(uuid(0x99))
        let secret = try await bench.ticket(.pattern("00000000-*"), uses: 2)
        #expect(try await refusal { try await enroll(secret, makeRequest(uuid(0x99))) } == .ledger(.identityExists(existing.identity)))
        let csr = try makeRequest(uuid(1))
        let first = try await enroll(secret, csr)
        #expect(try await refusal { try await enroll(secret, makeRequest(uuid(1))) } == .ledger(.identityExists(first.record.identity)))
        _ = try await enroll(secret, makeRequest(uuid(2)))
        #expect(try await refusal { try await enroll(secret, makeRequest(uuid(3))) } == .ledger(.ticketSpent))
        #expect(try await enroll(secret, csr).record == first.record)
    }

    @Test func `with a pattern refuse names that do not match`() async throws {
        let secret = try await bench.ticket(.pattern("ffffffff-*"))
        let error = try await refusal { try await enroll(secret, makeRequest(uuid(1))) }
        #expect(error == .issuance(.outsidePattern(uuid(1), pattern: "ffffffff-*", source: "the ticket")))
    }

    @Test func `made after a suspension reactivate, those made before do not`() async throws {
        let old = try await bench.ticket(.identity(uuid(1)))
        let record = try await bench.enroll(uuid(1))
        bench.time.advance(10)
        try await bench.revoke(record.serialNumber, .cessationOfOperation)
        #expect(try await refusal { try await enroll(old, makeRequest()) } == .ledger(.ticketOlderThanSuspension(record.identity)))
        bench.time.advance(10)
        let again = try await enroll(bench.ticket(.identity(uuid(1))), makeRequest()).record
        #expect(again.lineage == 2 && again.generation == 1)
        #expect(try await bench.ledger.identity(record.identity)?.suspendedAt == nil)
        bench.time.advance(1)
        #expect(try await bench.renew(again, csr: makeRequest()).record.generation == 2)
    }

    @Test func `for a suspended identity answer nothing to the key they certified`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let csr = try makeRequest()
        let record = try await enroll(secret, csr).record
        bench.time.advance(10)
        try await bench.revoke(record.serialNumber, .privilegeWithdrawn)
        #expect(try await refusal { try await enroll(secret, csr) } == .ledger(.ticketSpent))
    }

    @Test func `that revoked themselves are unknown`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let principal = try await bench.principal(token: secret)
        try await bench.authority.revokeSelf(permit: bench.permit(principal, .tokenSelf))
        await #expect(throws: AuthenticationFailure.endedToken(principal.auditName)) { try await bench.principal(token: secret) }
        #expect(
            try await refusal { try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest()), as: principal) }
                == .ledger(.ticketRevoked))
    }

    @Test func `for a service certifies the names that it lists, and no others`() async throws {
        let scope = TicketScope(
            profile: "service", subject: .identity("db.internal"), organization: nil, type: nil, names: ["DNS:DB-1.internal"])
        let permit = try await bench.permit(bench.admin(), .ticketCreate, "service")
        let order = TokenOrder(uses: 2, ticket: scope)
        let principal = try await bench.principal(token: bench.authority.createToken(order, permit: permit).secret)
        let sign = { (names: [GeneralName]) in
            try await bench.sign(IssuanceOrder(role: "service", csr: makeRequest("db.internal", names: names)), as: principal).record
        }
        let refused = try await refusal { try await sign([.dns("web.internal")]) }
        #expect(refused?.code == "names_disagree")
        let record = try await sign([.dns("db-1.internal"), .ip([127, 0, 0, 1])])
        #expect(record.subjectAlternativeNames == ["DNS:db.internal", "DNS:db-1.internal", "IP:127.0.0.1"])
    }

    @Test(
        arguments: [
            (TicketScope(profile: "device", subject: .identity("pump"), organization: nil, type: nil), "not_a_uuid"),
            (TicketScope(profile: "device", subject: .identity(uuid(1)), organization: "Evil", type: nil), "organization_not_permitted"),
            (TicketScope(profile: "device", subject: .pattern(""), organization: nil, type: nil), "malformed_request"),
            (TicketScope(profile: "device", subject: .pattern("a b"), organization: nil, type: nil), "malformed_request"),
            (TicketScope(profile: "devise", subject: .pattern("*"), organization: nil, type: nil), "unknown_role"),
            (TicketScope(profile: "server", subject: .identity("ca.internal"), organization: nil, type: nil), "unknown_role"),
            (TicketScope(profile: "service", subject: .identity("db.example"), organization: nil, type: nil), "name_not_permitted"),
            (TicketScope(profile: "service", subject: .identity("db.internal"), organization: "Example", type: nil), "malformed_request"),
            (
                TicketScope(profile: "service", subject: .identity("db.internal"), organization: nil, type: nil, names: ["IP:10.0.0.9"]),
                "name_not_permitted"
            ),
            (
                TicketScope(profile: "service", subject: .pattern("*"), organization: nil, type: nil, names: ["IP:127.0.0.1"]),
                "malformed_request"
            ),
            (
                TicketScope(profile: "device", subject: .identity(uuid(1)), organization: nil, type: nil, names: ["IP:127.0.0.1"]),
                "malformed_request"
            ),
            (TicketScope(profile: "service", subject: .identity("\u{212A}.internal"), organization: nil, type: nil), "malformed_name"),
        ])
    func `that could never enrol are not made`(scope: TicketScope, code: String) async throws {
        let permit = try await bench.permit(bench.admin(), .ticketCreate, scope.profile)
        let error = try await refusal { try await bench.authority.createToken(TokenOrder(ticket: scope), permit: permit) }
        #expect(error?.code == code)
        #expect(try await bench.audit().last == "token:ops ticket_create refused \(code)")
    }

    @Test func `used by a hundred at once enrol as many as they have uses`() async throws {
        let secret = try await bench.ticket(.pattern("*"), uses: 20)
        let principal = try await bench.principal(token: secret)
        let bench = bench
        let outcomes = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
            for number in 1...100 {
                group.addTask {
                    do {
                        try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest(uuid(number))), as: principal)
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 20)
        #expect(try await bench.ledger.counts().certificates == 20)
    }

    @Test func `for an address enrol a service without a DNS name, whose address nobody else gets`() async throws {
        let shipped = String(decoding: try #require(DefaultPolicies.files["profiles/service.yaml"]), as: UTF8.self)
        let bench = try Bench(policies: ["profiles/service.yaml": shipped.replacing("127.0.0.0/8", with: "127.0.0.0/8, 10.0.0.0/8")])
        let address = GeneralName.ip([10, 0, 0, 9])
        let secret = try await bench.ticket(.identity("::ffff:10.0.0.9"), profile: "service", organization: nil)
        let record = try await bench.sign(
            IssuanceOrder(role: "service", csr: makeRequest(names: [address])), as: bench.principal(token: secret)
        ).record
        let name = IdentityName(profile: "service", name: "10.0.0.9")
        #expect(record.identity == name && record.commonName == "10.0.0.9" && record.subjectAlternativeNames == ["IP:10.0.0.9"])
        let renewed = try await bench.renew(record, csr: makeRequest()).record
        #expect(renewed.identity == name && renewed.generation == 2)

        let other = TicketScope(
            profile: "service", subject: .identity("web.internal"), organization: nil, type: nil, names: [address.description])
        let permit = try await bench.permit(bench.admin(), .ticketCreate, "service")
        let listing = try await bench.authority.createToken(TokenOrder(ticket: other), permit: permit).secret
        let order = IssuanceOrder(role: "service", csr: try makeRequest("web.internal", names: [.dns("web.internal"), address]))
        #expect(
            try await refusal { try await bench.sign(order, as: bench.principal(token: listing)) }
                == .ledger(.nameHeld("IP:10.0.0.9", by: name)))
        let permitted = try await refusal { try await bench.ticket(.identity("192.0.2.1"), profile: "service", organization: nil) }
        #expect(permitted == .issuance(.nameNotPermitted("IP:192.0.2.1", profile: "service")))
    }
}
