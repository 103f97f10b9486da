import Authority
import Ledger
import Logging
import Operations
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `The certificate of the server` {
    private let bench: Bench
    private static let hosts = ["CA.internal", "localhost", "127.0.0.1", "::1"]

    init() throws { bench = try Bench() }

    private func service(
        renewAt: UnixTime, sleeps: Int, pace: Int64, _ install: @escaping @Sendable (OwnCertificate) throws -> Void
    ) -> CertificateRotation {
        let time = bench.time
        return CertificateRotation(
            authority: bench.authority, hostNames: Self.hosts, renewAt: renewAt, clock: time.wallClock,
            pauses: ScriptedClock(limit: sleeps) { seconds in time.advance(max(seconds, pace)) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, install: install)
    }

    @Test func `is replaced before it ends, with a new key each time`() async throws {
        let first = try await bench.authority.certifyItself(hostNames: Self.hosts)
        let installed = Collected<(material: OwnCertificate, at: UnixTime)>()
        let time = bench.time
        // A sleep of at most 30 s seems to last half an hour: three days pass.
        try await service(renewAt: first.renewAt, sleeps: 145, pace: 1_800) { installed.add(($0, time.now)) }.run()
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
        let attempts = Collected<UnixTime>()
        let time = bench.time
        let start = time.now
        try await service(renewAt: start, sleeps: 9, pace: 0) { _ in
            attempts.add(time.now)
            if attempts.all.count < 3 { throw Refused() }
        }.run()
        #expect(attempts.all.count == 3)
        #expect(zip(attempts.all, attempts.all.dropFirst()).allSatisfy { (60...61).contains($1 - $0) })
    }
}
