import Authority
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Alarms` {
    @Test func `come at half the life of the root's CRL and a sixth before a CA ends`() throws {
        let bench = try Bench()
        let root = bench.ca.root
        let list = try CertificateRevocationList(
            der: root.makeCRL(number: 1, thisUpdate: bench.time.now, lifetime: 180 * 86_400))
        #expect(bench.authority.alarms(root: root.certificate, rootCRL: list).isEmpty)
        #expect(bench.authority.alarms(root: root.certificate, rootCRL: nil).map(\.text) == ["the root has no CRL: run ca-server root crl"])
        bench.time.advance(90 * 86_400)
        #expect(bench.authority.alarms(root: root.certificate, rootCRL: list).isEmpty)
        bench.time.advance(1)
        #expect(
            bench.authority.alarms(root: root.certificate, rootCRL: list).map { $0.text.prefix(38) } == [
                "the root's CRL is past half its life ("
            ])
        let end = bench.ca.devices.certificate.notAfter
        bench.time.advance(end - 3_650 * 86_400 / 6 + 1 - bench.time.now)
        let alarms = bench.authority.alarms(root: root.certificate, rootCRL: list)
        #expect(alarms.count { $0.code == "ca_ends_soon" } == 3)
    }

    @Test func `name the identities of forks until they are enrolled again`() async throws {
        let bench = try Bench()
        let first = try await bench.enroll(uuid(1))
        let second = try await bench.renew(first, csr: makeRequest()).record
        try await bench.renew(second, csr: makeRequest())
        #expect(await bench.authority.forkAlarms().isEmpty)
        _ = try await refusal { try await bench.renew(first, csr: makeRequest()) }
        let alarms = await bench.authority.forkAlarms()
        #expect(alarms.count == 1 && alarms.first?.code == "fork_open" && alarms.first?.text.contains(" device/\(uuid(1)):") == true)
        bench.time.advance(60)
        _ = try await bench.enroll(uuid(1))
        #expect(await bench.authority.forkAlarms().isEmpty)
    }
}
