import HTTPFront
import NIOCore
import NIOSSL
import PKI
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Connections` {
    @Test(arguments: [false, true]) func `that say nothing are cut`(overTLS: Bool) async throws {
        var limits = ConnectionLimits()
        limits.firstByte = .milliseconds(50)
        let tls = try ServerTLS(TLSFixture().identity)
        let server = overTLS ? tls : nil
        let end = try await withListener({ [limits] in try APIFixture().service(tls: server, limits: limits, onBound: $0) }) { port, _ in
            // Plain TCP in both cases: over TLS the handshake never comes.
            try await RawClient.connected(port: port) { try await $0.readToEnd() }
        }
        #expect(end.isEmpty)
    }

    @Test(arguments: [
        "GET /v1/thing/x HTTP/1.1\r\nHost: x\r\nA: ", "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ]) func `that never finish a request are cut`(_ beginning: String) async throws {
        var limits = ConnectionLimits()
        limits.request = .milliseconds(50)
        let end = try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send(beginning)
                return try await client.readToEnd()
            }
        }
        #expect(!end.hasPrefix("HTTP/1.1 200"))
    }

    @Test func `that trickle are cut, for every octet does not buy more time`() async throws {
        var limits = ConnectionLimits()
        limits.request = .milliseconds(500)
        try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            await #expect(throws: (any Error).self) {
                try await RawClient.connected(port: port) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\nA: ")
                    while true {
                        // A whole exchange beside it sets the pace.
                        try await RawClient.connected(port: port) { other in
                            try await other.send("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n")
                            #expect(try await other.read(until: "}").hasPrefix("HTTP/1.1 200 "))
                        }
                        try await client.send("a")
                    }
                }
            }
        }
    }

    @Test func `that are idle between requests are closed`() async throws {
        var limits = ConnectionLimits()
        limits.idle = .seconds(3)
        let end = try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n")
                return try await client.readToEnd()
            }
        }
        #expect(end.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `that take nothing of their answer do not hold up a stop`() async throws {
        var limits = ConnectionLimits()
        limits.stalledWrite = .milliseconds(300)
        let client = try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            let client = try await StalledClient(port: port, request: "GET /v1/large HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.firstOctets.get()
            return client
        }
        // The listener has stopped, and the client is still there.
        #expect(client.channel.isActive)
        try await client.channel.close()
    }

    @Test func `that ask on and on and take no answer are not answered for long`() async throws {
        var limits = ConnectionLimits()
        limits.stalledWrite = .milliseconds(300)
        // Whoever was answered in full.
        limits.idle = .seconds(3)
        let fixture = APIFixture()
        // Five megabytes of answers.
        let request = "GET /v1/thing/\(String(repeating: "x", count: 1_000)) HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withListener({ [limits] in try fixture.service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            let client = try await StalledClient(port: port, request: String(repeating: request, count: 5_000))
            try await client.channel.closeFuture.get()
        }
        #expect((1...1_000).contains(fixture.requests.value))
    }

    @Test func `beyond the limit wait until one is free`() async throws {
        var limits = ConnectionLimits()
        limits.connections = 1
        let request = "GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            for _ in 0..<3 {
                let answer = try await RawClient.connected(port: port) { client in
                    try await client.send(request)
                    return try await client.read(until: "}")
                }
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    /// By the parser alone, by the framing before it, and in the middle of a head.
    @Test(
        arguments: [
            "FOO / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\nX",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n",
        ], [false, true]) func `that were refused leave their place, though their peer stays`(_ request: String, overTLS: Bool) async throws
    {
        var limits = ConnectionLimits()
        limits.connections = 1
        (limits.request, limits.idle) = (.seconds(600), .seconds(600))
        let tls = try TLSFixture()
        let server = overTLS ? try ServerTLS(tls.identity) : nil
        let client = overTLS ? try tls.client() : nil
        try await withListener({ [limits] in try APIFixture().service(tls: server, limits: limits, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: client) { refused in
                try await refused.send(request)
                #expect(try await refused.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
                try await RawClient.connected(port: port, tls: client) { other in
                    try await other.send("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await other.read(until: "}").hasPrefix("HTTP/1.1 200 "))
                }
            }
        }
    }

    @Test(arguments: [false, true]) func `with a request in flight get their answer before a stop`(overTLS: Bool) async throws {
        let tls = try TLSFixture()
        let server = overTLS ? try ServerTLS(tls.identity) : nil
        let client = overTLS ? try tls.client() : nil
        let fixture = APIFixture()
        let answer = try await withListener({ try fixture.service(tls: server, onBound: $0) }) { port, stop in
            try await RawClient.connected(port: port, tls: client) { client in
                try await client.send("GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n")
                await fixture.arrived.wait()
                await stop()
                fixture.gate.open()
                return try await client.readToEnd()
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.hasSuffix(#"{"slow":true}"#))
    }

    @Test func `in the middle of a head get their answer before a stop`() async throws {
        let request = "GET /v1/thing/a HTTP/1.1\r\nHost: x\r\n\r\n"
        let answer = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, stop in
            try await RawClient.connected(port: port) { idle in
                try await idle.send(request)
                _ = try await idle.read(until: "}")
                return try await RawClient.connected(port: port) { client in
                    // The answer to the first shows that the half after it, sent with it, has been read.
                    try await client.send(request + "GET /v1/thing/b HTTP/1.1\r\nHo")
                    _ = try await client.read(until: "}")
                    await stop()
                    // Connections are told to stop together, and one without a request does so at once.
                    #expect(try await idle.readToEnd().isEmpty)
                    try await client.send("st: x\r\n\r\n")
                    return try await client.readToEnd()
                }
            }
        }
        #expect(answer.hasSuffix(#"{"name":"b"}"#))
    }

    @Test(arguments: [false, true], ["1.0\r\n", "1.1\r\nHost: x\r\nConnection: close\r\n"])
    func `that end with a long answer end when it is taken`(overTLS: Bool, version: String) async throws {
        let tls = try TLSFixture()
        let server = overTLS ? try ServerTLS(tls.identity) : nil
        let client = overTLS ? try tls.client() : nil
        let answer = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: client) { client in
                try await client.send("GET /v1/large HTTP/\(version)\r\n")
                return try await client.readToEnd()
            }
        }
        #expect(answer.utf8.count > APIFixture.largeSize)
    }

    @Test(arguments: [false, true]) func `with a long answer under way end when it is taken, and so does the stop`(
        overTLS: Bool
    ) async throws {
        let tls = try TLSFixture()
        let server = overTLS ? try ServerTLS(tls.identity) : nil
        let client = overTLS ? try tls.client() : nil
        let answer = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, stop in
            try await RawClient.connected(port: port, tls: client) { client in
                try await client.send("GET /v1/large HTTP/1.1\r\nHost: x\r\n\r\n")
                let beginning = try await client.read(until: "\r\n\r\n")
                await stop()
                return beginning + (try await client.readToEnd())
            }
        }
        #expect(answer.utf8.count > APIFixture.largeSize)
    }

    @Test func `cannot be had at an address in use, and the error says so`() async throws {
        try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            let second = HTTPListener(
                address: try ListenAddress("127.0.0.1:\(port)"), tls: nil, responder: try Router([]),
                environment: ListenerEnvironment(now: { 0 }, makeRequestID: { "" }), logger: quietLogger)
            let error = await #expect(throws: ListenFailure.self) { try await second.run() }
            #expect(error?.summary.hasPrefix("cannot listen on 127.0.0.1:\(port): ") == true)
        }
    }
}

@Suite struct `Listen addresses` {
    @Test(arguments: [("127.0.0.1:8443", "127.0.0.1", 8443), ("[::1]:0", "::1", 0), ("localhost:65535", "localhost", 65535)])
    func `are a host and a port`(text: String, host: String, port: Int) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(arguments: ["", "8443", "127.0.0.1", "127.0.0.1:", ":8443", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8443", "a b:1", "[]:1"])
    func `that are something else are refused by name`(text: String) {
        let error = #expect(throws: InvalidListenAddress.self) { try ListenAddress(text) }
        #expect(error?.summary.contains("\"\(text)\"") == true)
    }
}
