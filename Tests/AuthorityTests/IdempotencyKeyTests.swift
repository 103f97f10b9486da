import Access
import Authority
import Ledger
import PKI
import Testing
import ServerKit

@Suite struct `An idempotency key` {
    private func order(_ csr: SigningRequest, key: String, ttl: Int64? = nil) throws -> IssuanceOrder {
        IssuanceOrder(role: "service", csr: csr, ttl: ttl, idempotencyKey: try IdempotencyKey(key))
    }

    @Test func `gets the first certificate again, for the same CSR`() async throws {
        let bench = try Bench()
        let admin = try await bench.admin()
        let csr = try makeRequest("db.internal")
        let first = try await bench.sign(order(csr, key: "a"), as: admin)
        let again = try await bench.sign(order(csr, key: "a"), as: admin)
        #expect(again.record.der == first.record.der)
        #expect(try await bench.sign(order(csr, key: "b"), as: admin).record.serialNumber != first.record.serialNumber)
    }

    @Test func `is refused for another key, other names or another ttl`() async throws {
        let bench = try Bench()
        let admin = try await bench.admin()
        let csr = try makeRequest("db.internal")
        try await bench.sign(order(csr, key: "a"), as: admin)
        for other in [try order(makeRequest("db.internal"), key: "a"), try order(csr, key: "a", ttl: 3_600)] {
            await #expect(throws: AuthorityError.ledger(.idempotencyKeyReused)) { try await bench.sign(other, as: admin) }
        }
    }

    @Test func `of one credential says nothing about another's`() async throws {
        let bench = try Bench()
        let csr = try makeRequest("db.internal")
        let first = try await bench.sign(order(csr, key: "a"), as: bench.admin())
        let other = try await bench.sign(order(csr, key: "a"), as: bench.admin())
        #expect(first.record.serialNumber != other.record.serialNumber)
    }

    @Test func `of issue answers a repeat with the serial number, for the private key is not kept`() async throws {
        let bench = try Bench()
        let admin = try await bench.admin()
        let order = IssuanceOrder(
            role: "service", key: .generated(nil), commonName: "db.internal", idempotencyKey: try IdempotencyKey("a"))
        let permit = try await bench.permit(admin, .issue, "service")
        let first = try await bench.authority.certify(order, permit: permit)
        let serial = first.record.serialNumber.description
        await #expect(throws: AuthorityError.request(.alreadyIssued(serial: serial))) {
            try await bench.authority.certify(order, permit: permit)
        }
    }

    @Test(arguments: ["", " ", "a b", "\u{7F}", "ä", String(repeating: "a", count: 256)])
    func `that is no header value of 1 to 255 characters is refused`(text: String) {
        #expect(throws: AuthorityError.self) { try IdempotencyKey(text) }
    }
}
