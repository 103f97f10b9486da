import HTTPFront
import Logging
import NIOCore
import NIOSSL
import PKI
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `The TLS of the API` {
    private let request = "GET /v1/peer HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `refuses TLS 1.2 and speaks 1.3, to OpenSSL`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", tls.rootPath, "-verify_return_error"]
            let old = try await program("openssl", arguments + ["-tls1_2"])
            #expect(old.status != 0)
            #expect(old.stderr.contains("protocol version"))
            let new = try await program("openssl", arguments + ["-tls1_3", "-alpn", "h2,http/1.1"])
            #expect(new.status == 0)
            #expect(new.stdout.contains("ALPN protocol: http/1.1"))
        }
    }

    @Test func `agrees on X25519MLKEM768 with a client that prefers it`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            let recorder = Recorder()
            try await RawClient.connected(port: port, tls: try tls.client(), record: recorder) { client in
                try await client.send(request)
                _ = try await client.read(until: "}")
            }
            // The key_share of the ServerHello: extension 51, its length, group 0x11EC, and 1120 octets of key.
            #expect(contains(recorder.bytes, [0x00, 0x33, 0x04, 0x64, 0x11, 0xEC, 0x04, 0x60]))
        }
    }

    @Test(arguments: [NIOTLSCurve.x25519, .secp256r1, .secp384r1]) func `accepts a client with one older group`(
        _ curve: NIOTLSCurve
    ) async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        var client = try tls.client()
        client.curves = [curve]
        let answer = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { [client] port, _ in
            try await exchange(request, port: port, tls: client)
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [KeyAlgorithm.p256, .p384, .ed25519, .rsa2048]) func `takes a client's leaf alone, whatever its key`(
        _ kind: KeyAlgorithm
    ) async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let key = try PrivateKey.generate(kind)
        let leaf = try TLSFixture.certificate(for: key, serial: 9, name: "a device", by: tls.ca.devices)
        let fixture = APIFixture()
        let answer = try await withListener({ try fixture.service(tls: server, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: try tls.client(chain: [leaf], key: key)) { client in
                try await client.send(request + request)
                return try await client.read(until: "}", count: 2)
            }
        }
        let bodies = answer.split(separator: "\r\n\r\n").compactMap { $0.split(separator: "HTTP/1.1").first }.filter { $0.hasPrefix("{") }
        #expect(bodies.count == 2)
        #expect(bodies.allSatisfy { $0.contains("\"peer\":\"a device\"") && $0.contains("\"address\":\"127.0.0.1\"") })
    }

    @Test func `knows the peer again when a session is resumed`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let key = try PrivateKey.generate(.p256)
        let leaf = try TLSFixture.certificate(for: key, serial: 9, name: "a device", by: tls.ca.devices)
        let session = tls.directory.path("session")
        let arguments = [
            "-CAfile", tls.rootPath, "-cert", try tls.directory.write(leaf.pem, to: "cert.pem"), "-key",
            try tls.directory.write(key.pem, to: "key.pem"), "-ign_eof",
        ]
        let last = "GET /v1/peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            let connect = ["s_client", "-connect", "127.0.0.1:\(port)"]
            let first = try await program("openssl", connect + arguments + ["-sess_out", session], input: last)
            #expect(first.stdout.contains("\"peer\":\"a device\""))
            let second = try await program("openssl", connect + arguments + ["-sess_in", session], input: last)
            #expect(second.stdout.contains("Reused, TLSv1.3"))
            #expect(second.stdout.contains("\"peer\":\"a device\""))
        }
    }

    @Test func `lets a client certificate of somebody else's CA through the handshake, and says once a minute that it proves nothing`()
        async throws
    {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let key = try PrivateKey.generate(.p256)
        let stranger = try TLSFixture.certificate(for: key, serial: 9, name: "a stranger", by: ThrowAwayCA().devices)
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines.handler }
        let judge: @Sendable ([UInt8]) async -> CertificateStanding = { $0 == stranger.der ? .refused(code: "certificate_unknown") : .good }
        try await withListener({ try APIFixture().service(tls: server, logger: logger, judge: judge, onBound: $0) }) { port, _ in
            for _ in 0..<3 {
                let answer = try await exchange(request, port: port, tls: try tls.client(chain: [stranger], key: key))
                #expect(answer.contains("\"peer\":\"a stranger\""))
            }
            let anonymous = try await exchange(request, port: port, tls: try tls.client())
            #expect(anonymous.contains("\"peer\":\"\""))
        }
        let notices = lines.all.filter { $0.hasPrefix("a client certificate proves nothing") }
        #expect(notices == ["a client certificate proves nothing address=127.0.0.1 code=certificate_unknown others=0"])
    }

    /// BoringSSL ends a process whose clock is before 1970.
    @Test(arguments: [-1, -2_000_000_000] as [UnixTime])
    func `begins no handshake while the clock is before 1970, and lists are served without one`(second: UnixTime) async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines.handler }
        try await withListener({ try APIFixture().service(tls: server, logger: logger, now: second, onBound: $0) }) { port, _ in
            await #expect(throws: (any Error).self, "the connection is closed where it was accepted") {
                try await exchange(request, port: port, tls: try tls.client())
            }
        }
        #expect(!lines.all.contains { $0.hasPrefix("request ") })
        let answer = try await withListener({ try APIFixture().service(tls: nil, now: second, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n")
                return try await client.read(until: "}")
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        if second == -1 { #expect(answer.contains("Date: Wed, 31 Dec 1969 23:59:59 GMT")) }
    }

    @Test func `swaps its certificate for new connections only`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let next = try TLSFixture.identity(tls.ca, serial: 8)
        try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: try tls.client()) { old in
                try await old.send(request)
                _ = try await old.read(until: "}")
                try server.swap(to: next)
                try await old.send(request)
                #expect(try await old.read(until: "}").hasPrefix("HTTP/1.1 200 "))
                #expect(try await old.serverCertificate() == tls.identity.certificateChain[0])
            }
            try await RawClient.connected(port: port, tls: try tls.client()) { new in
                try await new.send(request)
                _ = try await new.read(until: "}")
                #expect(try await new.serverCertificate() == next.certificateChain[0])
            }
        }
    }

    @Test func `refuses a key that is not the certificate's, and keeps what it had`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let mismatched = ServerIdentity(
            certificateChain: tls.identity.certificateChain, privateKeyPEM: try PrivateKey.generate(.p256).pem)
        #expect(throws: UnusableServerIdentity.self) { try server.swap(to: mismatched) }
        #expect(throws: UnusableServerIdentity.self) { try ServerTLS(mismatched) }
        let answer = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            try await exchange(request, port: port, tls: try tls.client())
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    private func exchange(_ request: String, port: Int, tls: TLSConfiguration) async throws -> String {
        try await RawClient.connected(port: port, tls: tls) { client in
            try await client.send(request)
            return try await client.read(until: "}")
        }
    }

    private func contains(_ octets: [UInt8], _ part: [UInt8]) -> Bool {
        octets.indices.contains { octets[$0...].starts(with: part) }
    }
}
