import Access
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@testable import Authority

/// Requests that the ledger would refuse, or answer again, are found out before the CA's key is used.
@Suite struct RefusalCostTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// From here on a signature fails, so that what is answered needed none.
    private func forbidSignatures() throws {
        let issuers = try bench.issuers.map { issuer in
            try Issuer(
                name: issuer.name, certificate: issuer.certificate, chain: issuer.chain,
                key: IssuerKey(
                    StandInSigner(issuer.certificate.publicKey) { _ throws(SigningFailure) in throw SigningFailure(reason: "forbidden") }),
                locations: issuer.locations)
        }
        bench.authority.replacePolicies(try makePolicies(bench.ca, issuers))
    }

    private func outcome(_ body: () async throws -> IssuanceResult) async throws -> String {
        do { return try await body().record.serialNumber.description } catch let error as AuthorityError { return error.code }
    }

    @Test func `a new certificate needs a signature`() async throws {
        try forbidSignatures()
        #expect(try await outcome { try await bench.sign(order(1), as: bench.admin()) } == "signing_failed")
    }

    @Test func `a suspended identity, a foreign organization and a compromised key are refused to a token without one`() async throws {
        let stolen = try makeRequest(uuid(3), organization: "Example")
        let first = try await bench.enroll(uuid(1))
        _ = try await bench.enroll(uuid(2))
        let third = try await bench.sign(IssuanceOrder(role: "device", csr: stolen), as: bench.admin()).record
        try await bench.revoke(first.serialNumber, .privilegeWithdrawn)
        try await bench.revoke(third.serialNumber, .keyCompromise, suspend: false)
        try forbidSignatures()
        let admin = try await bench.admin()
        #expect(try await outcome { try await bench.sign(order(1), as: admin) } == "identity_suspended")
        #expect(try await outcome { try await bench.sign(order(2, organization: "Second GmbH"), as: admin) } == "organization_differs")
        #expect(try await outcome { try await bench.sign(IssuanceOrder(role: "device", csr: stolen), as: admin) } == "key_compromised")
    }

    @Test func `a spent or expired ticket is refused, and a lost answer repeated, without one`() async throws {
        let spent = try await bench.principal(token: bench.ticket(.identity(uuid(1))))
        let expired = try await bench.principal(token: bench.ticket(.identity(uuid(2)), ttl: 60))
        let csr = try makeRequest(uuid(1))
        let first = try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: spent).record
        try forbidSignatures()
        #expect(try await outcome { try await bench.sign(order(1), as: spent) } == "ticket_spent")
        let again = try await outcome { try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: spent) }
        #expect(again == first.serialNumber.description)
        bench.time.advance(60)
        #expect(try await outcome { try await bench.sign(order(2), as: expired) } == "ticket_expired")
    }

    @Test func `a fork is refused to a renewal, and a lost answer repeated, without one`() async throws {
        let first = try await bench.enroll(uuid(1))
        let csr = try makeRequest()
        let second = try await bench.renew(first, csr: csr).record
        try forbidSignatures()
        #expect(try await outcome { try await bench.renew(first, csr: csr) } == second.serialNumber.description)
        bench.time.advance(7 * 86_400)
        #expect(try await outcome { try await bench.renew(first, csr: makeRequest()) } == "fork")
    }

    private func order(_ number: Int, organization: String = "Example") throws -> IssuanceOrder {
        IssuanceOrder(role: "device", csr: try makeRequest(uuid(number), organization: organization))
    }
}
