import Issuance
import PKI
import TestKit
import Testing

@Suite struct `Names of the CA itself` {
    static let rows: [(name: GeneralName, reserved: Bool)] = [
        (.dns("ca.internal"), true), (.dns("*.internal"), true), (.dns("ca2.internal"), false), (.dns("*.ca.internal"), false),
        (.ip([10, 0, 0, 5]), true), (.ip([10, 0, 0, 6]), false), (.ip([127, 0, 0, 1]), false),
        (.ip(Array(repeating: 0, count: 15) + [1]), false), (.uri("https://ca.internal"), false),
    ]

    @Test(arguments: rows) func `are known, and wildcards that cover them`(name: GeneralName, reserved: Bool) {
        let names = ReservedNames(hostNames: ["CA.internal", "10.0.0.5", "127.0.0.1", "::1"])
        #expect(names.contains(name) == reserved)
    }

    @Test(arguments: ["ca.internal", "CA.Internal", "*.internal"])
    func `are issued to no service`(name: String) throws {
        let rules = "allow_subdomains: true\n  allow_wildcard_certificates: true"
        let bench = try Bench(profiles: ["profiles/service.yaml": ProfileTexts.service(rules)])
        #expect(try bench.refusal(NameRequest(csr: request(name)), role: "service") == .reservedName("DNS:" + name.lowercased()))
        #expect(
            try bench.refusal(NameRequest(csr: request("db.internal", names: [.dns(name)])), role: "service")
                == .reservedName("DNS:" + name.lowercased()))
    }

    @Test func `are issued by its own profile, which is no role`() async throws {
        let bench = try Bench()
        #expect(throws: IssuanceRefusal.unknownRole("server", known: ["device", "service"])) { try bench.maker.role("server") }
        let profile = try #require(bench.maker.profiles.server)
        var generator = SeededGenerator(seed: 1)
        let (plan, _) = try bench.maker.plan(
            NameRequest(names: [.dns("ca.internal"), .ip([10, 0, 0, 5])]), publicKey: Keys.p256.publicKey, profile: profile, ttl: nil,
            now: bench.now, using: &generator)
        #expect(try await bench.verification(of: CertificateDocument(der: bench.maker.make(plan).der)).status == 0)
    }
}
