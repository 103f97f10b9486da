import Access
import Authority
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `The server's own certificate` {
    private let bench: Bench
    private static let hosts = ["CA.internal", "localhost", "127.0.0.1", "::1"]

    init() throws { bench = try Bench() }

    @Test func `names all its hosts and is recorded like any other`() async throws {
        let material = try await bench.authority.certifyItself(hostNames: Self.hosts)
        let leaf = material.chain[0]
        #expect(leaf.names == [.dns("ca.internal"), .dns("localhost"), .ip([127, 0, 0, 1]), .ip(Array(repeating: 0, count: 15) + [1])])
        #expect(material.chain == [leaf, bench.ca.services.certificate])
        #expect(leaf.publicKey == material.key.publicKey && leaf.notAfter - leaf.notBefore + 1 == 86_400)
        #expect(try await bench.ledger.certificate(leaf.serialNumber)?.requester == "system")
        #expect(try await bench.audit() == ["system server_certificate allowed"])
        let files = try TemporaryDirectory()
        let verification = try run(
            "openssl",
            [
                "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "ca.internal", "-attime",
                "\(bench.time.now.seconds)",
                "-CAfile", files.write(bench.ca.root.certificate.pem, to: "root.pem"), "-untrusted",
                files.write(material.chain[1].pem, to: "chain.pem"), files.write(leaf.pem, to: "leaf.pem"),
            ])
        #expect(verification.status == 0, "\(verification)")
    }

    @Test func `is issued to nobody else, and the reserved profile is no role`() async throws {
        let admin = try await bench.admin()
        let stolen = IssuanceOrder(role: "service", csr: try makeRequest("ca.internal"))
        #expect(try await refusal { try await bench.sign(stolen, as: admin) } == .issuance(.reservedName("DNS:ca.internal")))
        let own = IssuanceOrder(role: "server", csr: try makeRequest("ca.internal"))
        #expect(try await refusal { try await bench.sign(own, as: admin) }?.code == "unknown_role")
    }

    @Test func `cannot renew itself over mTLS`() async throws {
        let leaf = try await bench.authority.certifyItself(hostNames: Self.hosts).chain[0]
        await #expect(throws: AuthenticationFailure.refused(.certificateNotForClients(serial: leaf.serialNumber.description))) {
            try await bench.principal(certificate: leaf.der)
        }
    }
}
