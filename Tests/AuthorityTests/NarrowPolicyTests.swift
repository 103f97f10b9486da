import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

/// A rule's profiles bound every action that it allows, also one that is about no profile of its own.
@Suite struct `A token for one profile` {
    private let bench: Bench

    init() throws {
        bench = try Bench(policies: [
            "access/fleet.yaml":
                "allow:\n  - actions: [search, audit, token_create]\n    profiles: [device]\n  - actions: [sign]\n    profiles: [service]\n",
            "access/lead.yaml": "allow:\n  - actions: [token_create, sign]\n    profiles: [device]\n",
        ])
    }

    private func fill() async throws -> (device: CertificateRecord, service: CertificateRecord) {
        let device = try await bench.enroll(uuid(1))
        let order = IssuanceOrder(role: "service", key: .generated(nil), commonName: "db.internal")
        let service = try await bench.authority.certify(order, permit: bench.permit(bench.admin(), .issue, "service")).record
        return (device, service)
    }

    @Test func `finds and lists certificates of that profile only`() async throws {
        let (device, service) = try await fill()
        let fleet = try await bench.principal(token: bench.makeToken(["fleet"], name: "fleet"))
        let permit = try await bench.permit(fleet, .search)
        let found = try await bench.authority.search(CertificateFilter(), after: nil, limit: 10, permit: permit)
        #expect(found.map(\.serialNumber) == [device.serialNumber])
        #expect(try await bench.authority.serialNumbers(revokedOnly: false, after: nil, limit: 10, permit: permit) == [device.serialNumber])
        try await bench.revoke(service.serialNumber, .superseded)
        #expect(try await bench.authority.serialNumbers(revokedOnly: true, after: nil, limit: 10, permit: permit) == [])
        let refused = try await refusal {
            try await bench.authority.search(CertificateFilter(profile: "service"), after: nil, limit: 10, permit: permit)
        }
        #expect(refused == .access(.profileNotAllowed(action: "search", profile: "service", profiles: ["device"])))
    }

    @Test func `reads audit rows about that profile only`() async throws {
        let (device, service) = try await fill()
        try await bench.revoke(service.serialNumber, .superseded)
        try await bench.revoke(device.serialNumber, .superseded)
        let fleet = try await bench.principal(token: bench.makeToken(["fleet"], name: "fleet"))
        let rows = try await bench.authority.auditRows(AuditFilter(), before: nil, limit: 100, permit: bench.permit(fleet, .audit))
        #expect(rows.map(\.event.action) == [.revoke, .sign])
        #expect(rows.allSatisfy { $0.event.details["serial"] == "\(device.serialNumber)" })
    }

    @Test func `makes no token that acts on another profile`() async throws {
        let fleet = try await bench.principal(token: bench.makeToken(["fleet"], name: "fleet"))
        for policies in [nil, ["fleet"]] as [[String]?] {
            let permit = try await bench.permit(fleet, .tokenCreate)
            let refused = try await refusal { try await bench.authority.createToken(TokenOrder(policies: policies), permit: permit) }
            #expect(refused == .access(.policyBeyondProfiles("fleet", profiles: ["device"])))
        }
        let lead = try await bench.principal(token: bench.makeToken(["lead"], name: "lead"))
        let created = try await bench.authority.createToken(TokenOrder(), permit: bench.permit(lead, .tokenCreate))
        #expect(created.record.policies == ["lead"])
    }

    @Test(arguments: ["system", "Anonymous", "token:x", "ad\u{200B}min", "x\u{202E}y", "\u{85}x", "a\u{2028}b", "a b"])
    func `has no display name that reads like another principal, or that nobody sees`(_ name: String) async throws {
        let permit = try await bench.permit(bench.admin(), .tokenCreate)
        let refused = try await refusal { try await bench.authority.createToken(TokenOrder(displayName: name), permit: permit) }
        #expect(refused?.code == "malformed_request")
    }

    @Test func `ends no token that acts on another profile`() async throws {
        let narrow = try Bench(policies: ["access/guard.yaml": "allow:\n  - actions: [token_revoke]\n    profiles: [device]\n"])
        let holder = try await narrow.principal(token: narrow.makeToken(["guard"], name: "guard"))
        let admin = try await narrow.admin()
        let permit = try await narrow.permit(holder, .tokenRevoke)
        let refused = try await refusal {
            try await narrow.authority.revokeToken(.accessor(admin.token?.accessor ?? ""), permit: permit)
        }
        #expect(refused == .access(.policyBeyondProfiles("admin", profiles: ["device"])))
        let ticket = try await narrow.ticket(.identity(uuid(1)))
        #expect(try await narrow.authority.revokeToken(.secret(ticket), permit: permit) != nil)
    }
}
