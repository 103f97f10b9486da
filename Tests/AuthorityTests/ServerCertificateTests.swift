import Access
import Authority
import Issuance
import Ledger
import Logging
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `The server's own certificate` {
    private let bench: Bench
    private static let hosts = ["CA.internal", "localhost", "127.0.0.1", "::1"]

    init() throws { bench = try Bench() }

    private func service(
        renewAt: Int64, sleeps: Int, pace: Int64, _ install: @escaping @Sendable (ServerCertificate.Material) throws -> Void
    ) -> ServerCertificate {
        let time = bench.time
        return ServerCertificate(
            authority: bench.authority, hostNames: Self.hosts, renewAt: renewAt,
            clock: ScriptedClock(limit: sleeps) { seconds in time.advance(max(seconds, pace)) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, install: install)
    }

    @Test func `names all its hosts and is recorded like any other`() async throws {
        let material = try await bench.authority.firstServerCertificate(hostNames: Self.hosts)
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
                "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "ca.internal", "-attime", "\(bench.time.seconds)",
                "-CAfile", files.write(bench.ca.root.certificate.pem, to: "root.pem"), "-untrusted",
                files.write(material.chain[1].pem, to: "chain.pem"), files.write(leaf.pem, to: "leaf.pem"),
            ])
        #expect(verification.status == 0, "\(verification)")
    }

    @Test func `is replaced before it ends, with a new key each time`() async throws {
        let first = try await bench.authority.firstServerCertificate(hostNames: Self.hosts)
        let installed = Collected<(material: ServerCertificate.Material, at: Int64)>()
        let time = bench.time
        // A sleep of at most 30 s seems to last half an hour: three days pass.
        try await service(renewAt: first.renewAt, sleeps: 145, pace: 1_800) { installed.add(($0, time.seconds)) }.run()
        #expect((5...8).contains(installed.all.count))
        var previous = first
        for (material, at) in installed.all {
            #expect(at >= previous.renewAt && at < previous.renewAt + 1_800 && at < previous.chain[0].notAfter)
            #expect(material.key.publicKey != previous.key.publicKey && material.chain[0].names == first.chain[0].names)
            previous = material
        }
        #expect(try await bench.ledger.counts().certificates == installed.all.count + 1)
    }

    @Test func `stays when the new one cannot be installed, and is tried again after a minute`() async throws {
        struct Refused: Error {}
        let attempts = Collected<Int64>()
        let time = bench.time
        let start = time.seconds
        try await service(renewAt: start, sleeps: 9, pace: 0) { _ in
            attempts.add(time.seconds)
            if attempts.all.count < 3 { throw Refused() }
        }.run()
        #expect(attempts.all.count == 3)
        #expect(zip(attempts.all, attempts.all.dropFirst()).allSatisfy { (60...61).contains($1 - $0) })
    }

    @Test func `is issued to nobody else, and the reserved profile is no role`() async throws {
        let admin = try await bench.admin()
        let stolen = IssuanceOrder(role: "service", csr: try makeRequest("ca.internal"))
        #expect(try await refusal { try await bench.sign(stolen, as: admin) } == .issuance(.reservedName("DNS:ca.internal")))
        let own = IssuanceOrder(role: "server", csr: try makeRequest("ca.internal"))
        #expect(try await refusal { try await bench.sign(own, as: admin) }?.code == "unknown_role")
    }

    @Test func `cannot renew itself over mTLS`() async throws {
        let leaf = try await bench.authority.firstServerCertificate(hostNames: Self.hosts).chain[0]
        await #expect(throws: AuthenticationFailure.refused(.certificateNotForClients(serial: leaf.serialNumber.description))) {
            try await bench.principal(certificate: leaf.der)
        }
    }
}
