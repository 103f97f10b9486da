import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `A suspended identity` {
    private let bench: Bench
    private let device = IdentityName(profile: "device", name: uuid(1))

    init() throws { bench = try Bench() }

    private func suspend(_ name: IdentityName) async throws -> IdentityRecord {
        try await bench.authority.suspend(name, permit: bench.permit(bench.admin(), .suspend, name.profile))
    }

    @Test func `needs no live certificate, neither renews nor enrols, and comes back with a new ticket`() async throws {
        let old = try await bench.ticket(.identity(uuid(1)), uses: 2)
        let record = try await bench.enroll(uuid(1))
        let ended = try await bench.enroll(uuid(2))
        try await bench.revoke(ended.serialNumber, .superseded)
        let first = try await suspend(device)
        bench.time.advance(60)
        #expect(try await suspend(device).suspendedAt == first.suspendedAt, "the first one counts")
        #expect(try await suspend(IdentityName(profile: "device", name: uuid(2))).suspendedAt != nil)
        #expect(try await refusal { try await bench.renew(record, csr: makeRequest()) } == .ledger(.identitySuspended(device)))
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(1)))
        #expect(
            try await refusal { try await bench.sign(order, as: bench.principal(token: old)) }
                == .ledger(.ticketOlderThanSuspension(device)))
        let new = try await bench.principal(token: bench.ticket(.identity(uuid(1))))
        #expect(try await bench.sign(order, as: new).record.identity == device)
        #expect(try await bench.audit().contains("token:ops suspend allowed"))
    }

    @Test func `that does not exist is unknown`() async throws {
        let nobody = IdentityName(profile: "device", name: uuid(9))
        #expect(try await refusal { try await suspend(nobody) } == .ledger(.identityUnknown(nobody)))
    }
}
