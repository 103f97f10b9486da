import Access
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@testable import Authority

@Suite struct `The audit log` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `has a row for each attempt, allowed or refused`() async throws {
        let admin = try await bench.admin()
        let start = try await bench.ledger.auditHead().id
        let record = try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest(uuid(1), organization: "Example")), as: admin)
            .record
        _ = try await refusal { try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest("pump")), as: admin) }
        let order = IssuanceOrder(role: "service", key: .generated(nil), commonName: "db.internal")
        _ = try await bench.authority.certify(order, permit: bench.permit(admin, .issue, "service"))
        let renewed = try await bench.renew(record, csr: makeRequest()).record
        let renewal = try await bench.permit(bench.principal(certificate: renewed.der), .renew)
        let revocation = try await bench.permit(admin, .revoke)
        _ = try await bench.authority.revoke(RevokeOrder(serialNumber: renewed.serialNumber, reason: .superseded), permit: revocation)
        _ = try await refusal { try await bench.authority.renew(makeRequest(), ttl: nil, permit: renewal) }
        _ = try await bench.authority.search(CertificateFilter(), after: nil, limit: 10, permit: bench.permit(admin, .search))
        _ = try await bench.authority.auditRows(AuditFilter(), before: nil, limit: 10, permit: bench.permit(admin, .audit))
        let created = try await bench.authority.createToken(
            TokenOrder(displayName: "reader", policies: ["auditor"]), permit: bench.permit(admin, .tokenCreate))
        let auditor = try await bench.principal(token: created.secret)
        _ = try await refusal { try await bench.permit(auditor, .sign, "device") }
        _ = try await bench.authority.renewSelf(increment: nil, permit: bench.permit(auditor, .tokenSelf))
        try await bench.authority.revokeSelf(permit: bench.permit(auditor, .tokenSelf))
        #expect(
            try await bench.audit(since: start) == [
                "token:ops sign allowed", "token:ops sign refused not_a_uuid", "token:ops issue allowed",
                "certificate:\(record.serialNumber) renew allowed", "token:ops revoke allowed",
                "certificate:\(renewed.serialNumber) renew refused certificate_revoked", "token:ops search allowed",
                "token:ops audit allowed",
                "token:ops token_create allowed", "token:reader sign refused permission_denied", "token:reader token_renew allowed",
                "token:reader token_revoke allowed",
            ])
    }

    @Test func `says what, from where, when and with which program`() async throws {
        let record = try await bench.enroll(uuid(1))
        let event = try #require(try await bench.ledger.auditRows(AuditFilter(action: .sign), before: nil, limit: 1).first).event
        #expect(event.resource == "device/" + uuid(1) && event.ipAddress == Bench.address && event.userAgent == Bench.agent)
        #expect(event.timestamp == bench.time.now.milliseconds)
        #expect(event.details["serial"] == record.serialNumber.description && event.details["profile"] == "device")
    }

    @Test func `counts anonymous refusals by address and minute`() async throws {
        let nobody = try await bench.authenticator.principal(bench.presented(), now: bench.time.now)
        let start = try await bench.ledger.auditHead().id
        for _ in 0..<1_000 {
            _ = try await refusal { try await bench.permit(nobody, .sign, "device") }
            await bench.authority.auditFailedAuthentication(bench.presented(token: "x"), .refused(.tokenInvalid))
        }
        await bench.authority.flushAttempts(everything: false)
        #expect(try await bench.audit(since: start).isEmpty)
        bench.time.advance(60)
        await bench.authority.flushAttempts(everything: false)
        let rows = try await bench.ledger.auditRows(AuditFilter(action: .authenticate), before: nil, limit: 10).map(\.event)
        #expect(rows.map(\.resource).sorted() == ["credential_missing", "token_invalid"])
        #expect(rows.allSatisfy { $0.details["attempts"] == "1000" && $0.ipAddress == Bench.address && $0.principal == "anonymous" })
        #expect(rows.allSatisfy { $0.timestamp == ThrowAwayCA.now.seconds / 60 * 60_000 && $0.result == .refused })
    }

    @Test func `stays small whatever addresses anonymous peers have`() async throws {
        for number in 0..<5_000 {
            let presented = Authenticator.Presented(token: "x", certificate: nil, ipAddress: "2001:db8::\(number)", userAgent: "")
            await bench.authority.auditFailedAuthentication(presented, .refused(.tokenInvalid))
        }
        await bench.authority.flushAttempts(everything: true)
        let rows = try await bench.ledger.auditRows(AuditFilter(action: .authenticate), before: nil, limit: 10_000).map(\.event)
        #expect(rows.count == 101)
        #expect(rows.compactMap { Int($0.details["attempts"] ?? "") }.reduce(0, +) == 5_000)
        #expect(rows.contains { $0.ipAddress == "many" && $0.details["attempts"] == "4900" })
    }

    @Test func `names the holder of a revoked certificate`() async throws {
        let record = try await bench.enroll(uuid(1))
        await bench.authority.auditFailedAuthentication(
            bench.presented(certificate: record.der), .refused(.certificateRevoked(serial: "\(record.serialNumber)")))
        #expect(try await bench.audit().last == "certificate:\(record.serialNumber) authenticate refused certificate_revoked")
    }

    @Test func `names a token by its accessor, whatever its display name`() async throws {
        let (first, second) = (try await bench.admin(), try await bench.admin())
        #expect(first.token?.displayName == second.token?.displayName)
        var requesters: Set<String> = []
        for (number, principal) in [first, second].enumerated() {
            let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(number), organization: "Example"))
            requesters.insert(try await bench.sign(order, as: principal).record.requester)
        }
        let rows = try await bench.ledger.auditRows(AuditFilter(action: .sign), before: nil, limit: 2).map(\.event)
        #expect(Set(rows.map(\.principal)) == requesters && requesters.count == 2)
        #expect(rows.allSatisfy { $0.details["principal_name"] == "ops" })
    }

    @Test func `names a token of ours that has ended, once a minute`() async throws {
        let secret = try await bench.makeToken(ttl: 10)
        let name = try await bench.principal(token: secret).auditName
        bench.time.advance(10)
        let start = try await bench.ledger.auditHead().id
        for _ in 0..<500 {
            do { _ = try await bench.principal(token: secret) } catch let failure as AuthenticationFailure {
                await bench.authority.auditFailedAuthentication(bench.presented(token: secret), failure)
            }
        }
        bench.time.advance(60)
        await bench.authority.flushAttempts(everything: false)
        let rows = try await bench.ledger.auditRows(AuditFilter(), before: nil, limit: 10).filter { $0.id > start }.map(\.event)
        #expect(rows.map(\.principal) == [name, name])
        #expect(rows.map { $0.details["attempts"] } == ["499", nil])
    }

    @Test func `has a row and a count for a spent ticket that is presented again and again`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let holder = try await bench.principal(token: secret)
        _ = try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest(uuid(1))), as: holder)
        let start = try await bench.ledger.auditHead().id
        for _ in 0..<20 {
            let refused = try await refusal { try await bench.sign(IssuanceOrder(role: "device", csr: makeRequest(uuid(1))), as: holder) }
            #expect(refused == .ledger(.ticketSpent))
        }
        await bench.authority.flushAttempts(everything: true)
        let rows = try await bench.ledger.auditRows(AuditFilter(), before: nil, limit: 50).filter { $0.id > start }.map(\.event)
        #expect(rows.map { $0.details["attempts"] } == ["19", nil])
        #expect(rows.allSatisfy { $0.principal == holder.auditName })
    }

    @Test func `has a row and a count for an answer that is lost again and again, which is sent as often as it is asked for`() async throws
    {
        let holder = try await bench.principal(token: bench.ticket(.identity(uuid(1))))
        let csr = try makeRequest(uuid(1))
        let first = try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: holder).record
        let start = try await bench.ledger.auditHead().id
        for _ in 0..<(2 * AttemptCounts.limit) {
            let again = try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: holder).record
            #expect(again == first)
        }
        await bench.authority.flushAttempts(everything: true)
        let rows = try await bench.ledger.auditRows(AuditFilter(), before: nil, limit: 50).filter { $0.id > start }.map(\.event)
        #expect(rows.map { $0.details["attempts"] } == ["\(2 * AttemptCounts.limit - 1)", nil])
        #expect(rows.allSatisfy { $0.principal == holder.auditName && $0.result == .allowed && $0.details["repeated"] == "true" })
    }

    @Test func `a revoked ticket gets no answer again, however often its answer was repeated in that minute`() async throws {
        let secret = try await bench.ticket(.identity(uuid(1)))
        let holder = try await bench.principal(token: secret)
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(1)), idempotencyKey: try IdempotencyKey("a"))
        for _ in 0..<3 { _ = try await bench.sign(order, as: holder) }
        let ticket = try #require(holder.token)
        let event = try await bench.permit(bench.admin(), .tokenRevoke).event(resource: ticket.accessor, at: bench.time.now.milliseconds)
        try await bench.ledger.revokeToken(id: ticket.id, audit: event)
        #expect(try await refusal { try await bench.sign(order, as: holder) } == .ledger(.ticketRevoked))
    }

    @Test func `is not filled by long names of refused requests`() async throws {
        let csr = try makeRequest(String(repeating: "x", count: 30_000))
        _ = try await refusal { try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: bench.admin()) }
        let row = try #require(try await bench.ledger.auditRows(AuditFilter(action: .sign), before: nil, limit: 1).first)
        #expect(row.event.result == .refused && row.event.resource.utf8.count == 256)
    }

    @Test func `fails a search that cannot be audited, and every other use`() async throws {
        let bench = try Bench(onDisk: true)
        let record = try await bench.enroll(uuid(1))
        let admin = try await bench.admin()
        let authority = try bench.readingOnly()
        let sign = try await bench.permit(admin, .sign, "device")
        let renew = try await bench.permit(bench.principal(certificate: record.der), .renew)
        let (search, audit) = (try await bench.permit(admin, .search), try await bench.permit(admin, .audit))
        let (revoke, create) = (try await bench.permit(admin, .revoke), try await bench.permit(admin, .tokenCreate))
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(2), organization: "Example"))
        let refusals = [
            try await refusal { try await authority.search(CertificateFilter(), after: nil, limit: 1, permit: search) },
            try await refusal { try await authority.serialNumbers(revokedOnly: false, after: nil, limit: 1, permit: search) },
            try await refusal { try await authority.auditRows(AuditFilter(), before: nil, limit: 1, permit: audit) },
            try await refusal { try await authority.certify(order, permit: sign) },
            try await refusal { try await authority.renew(makeRequest(), ttl: nil, permit: renew) },
            try await refusal {
                try await authority.revoke(RevokeOrder(serialNumber: record.serialNumber, reason: .superseded), permit: revoke)
            },
            try await refusal { try await authority.createToken(TokenOrder(), permit: create) },
        ]
        #expect(refusals.map { $0?.code } == Array(repeating: "unavailable", count: 7))
        #expect(try await bench.ledger.counts() == LedgerCounts(certificates: 1, revocations: 0))
    }

    @Test func `notes reloads of the policies`() async throws {
        await bench.authority.auditReload(error: nil)
        await bench.authority.auditReload(error: "profiles/device.yaml:1: …")
        #expect(try await bench.audit() == ["system policy_reload allowed", "system policy_reload failed"])
    }
}
