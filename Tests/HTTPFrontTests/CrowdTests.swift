@testable import HTTPFront
import NIOCore
import NIOPosix
import PKI
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A crowd of connections` {
    /// So that nobody goes by himself.
    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = 16
        limits.firstByte = .seconds(600)
        limits.request = .seconds(600)
        limits.idle = .seconds(600)
        return limits
    }

    /// Those who are in the way say nothing, or begin a handshake.
    @Test(arguments: ["", "\u{16}\u{3}\u{1}"])
    func `makes room for newcomers and leaves holders of certificates alone`(_ beginning: String) async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let key = try PrivateKey.generate(.p256)
        let leaf = try TLSFixture.certificate(for: key, serial: 9, name: "holder", by: tls.ca.devices)
        let identified = try tls.client(chain: [leaf, tls.ca.devices.certificate], key: key)
        let request = "GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withListener({ [limits] in try APIFixture().service(tls: server, limits: limits, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: identified) { holder in
                try await holder.send(request)
                _ = try await holder.read(until: "}")
                for _ in 0..<50 { try await loiter(port, beginning) }
                for _ in 0..<3 {
                    let answer = try await RawClient.connected(port: port, tls: tls.client()) { client in
                        try await client.send(request)
                        return try await client.read(until: "}")
                    }
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                }
                try await holder.send(request)
                #expect(try await holder.read(until: "}").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test func `whose answers are owed waits`() async throws {
        let connections = OpenConnections(most: 32)
        let crowd = (0..<31).map { _ in ConnectionFacts(remoteAddress: "") }
        let cut = Counter()
        for facts in crowd {
            facts.requestArrived()
            facts.join(connections) { _ = cut.next() }
        }
        #expect(cut.value == 0)
        // Of those who are in the way the oldest go: as many as are too many, and half of what is kept free.
        crowd[3].answered()
        #expect(cut.value == 1 && crowd[3].place.waitingSince == nil)
        for facts in crowd.prefix(3) { facts.answered() }
        #expect(cut.value == 1, "there are no more than fit")
        ConnectionFacts(remoteAddress: "").join(connections) {}
        #expect(
            cut.value == 3 && crowd[0].place.waitingSince == nil && crowd[1].place.waitingSince == nil && crowd[2].place.waitingSince != nil
        )
    }

    /// Connections that have been answered, in the order of their joining.
    private func crowd(_ count: Int, in connections: OpenConnections, _ credential: (Int) -> ProvenCredential?) -> [(
        facts: ConnectionFacts, cut: Counter
    )] {
        (0..<count).map { number in
            let (facts, cut) = (ConnectionFacts(remoteAddress: ""), Counter())
            facts.showed(credential(number))
            facts.join(connections) { _ = cut.next() }
            return (facts, cut)
        }
    }

    @Test func `of one certificate's holder makes room for newcomers, who do not go for it`() async throws {
        let connections = OpenConnections(most: 32)
        let holders = crowd(30, in: connections) { _ in .certificate([1]) }
        let newcomers = crowd(20, in: connections) { _ in nil }
        #expect(newcomers.suffix(12).allSatisfy { $0.cut.value == 0 })
        #expect(holders.count { $0.cut.value == 0 } >= 7, "as many as one certificate may have")
        #expect(holders.count { $0.cut.value > 0 } >= 18)
    }

    @Test func `of many certificates' holders keeps half of the places, and newcomers get the others`() async throws {
        let connections = OpenConnections(most: 64)
        let holders = crowd(60, in: connections) { .certificate([UInt8($0)]) }
        let newcomers = crowd(60, in: connections) { _ in nil }
        #expect(holders.count { $0.cut.value == 0 } == 30)
        #expect(newcomers.suffix(20).allSatisfy { $0.cut.value == 0 })
    }

    @Test func `does not drive out a token's holder, whatever certificates are shown`() async throws {
        let connections = OpenConnections(most: 32)
        let administrator = crowd(1, in: connections) { _ in .token("a0b1") }
        _ = crowd(100, in: connections) { .certificate([UInt8($0)]) }
        _ = crowd(100, in: connections) { _ in nil }
        #expect(administrator[0].cut.value == 0)
    }

    @Test func `forgets a privilege with the request that finds its certificate to be none`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let key = try PrivateKey.generate(.p256)
        let leaf = try TLSFixture.certificate(for: key, serial: 9, name: "holder", by: tls.ca.devices)
        let identified = try tls.client(chain: [leaf, tls.ca.devices.certificate], key: key)
        let revoked: @Sendable ([UInt8]) async -> CertificateStanding = { _ in .refused(code: "certificate_revoked") }
        let request = "GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withListener({ [limits] in try APIFixture().service(tls: server, limits: limits, judge: revoked, onBound: $0) }) {
            port, _ in
            try await RawClient.connected(port: port, tls: identified) { holder in
                try await holder.send(request)
                _ = try await holder.read(until: "}")
                for _ in 0..<50 { try await loiter(port, "") }
                #expect(try await holder.readToEnd().isEmpty, "its place was taken")
            }
        }
    }

    @Test(arguments: [("::ffff:127.0.0.1", "127.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("::1", "::1"), ("::ffff:0:1", "::ffff:0:1"), ("", "")])
    func `has addresses of IPv4 as such, also on a socket of IPv6`(system: String, written: String) {
        #expect(peerAddress(system) == written)
    }

    @Test(arguments: [(1_000_000, 10_000), (20_000, 9_872), (1_024, 384), (100, 1)])
    func `is as large as the system's limit of open files allows`(files: Int, connections: Int) {
        #expect(OpenFileLimit.connections(wanted: 10_000, listeners: 2, files: files) == connections)
    }

    /// Opens a connection, says the beginning of something, and stays.
    private func loiter(_ port: Int, _ beginning: String) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: beginning))
    }
}
