@testable import HTTPFront
import Logging
import NIOCore
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Request bodies` {
    @Test(arguments: [
        ["-H", "X-Plain: 1"], ["-H", "Expect:"], ["-H", "Expect:", "-H", "Connection: close"],
        ["-H", "Expect:", "-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"],
    ]) func `of 12 MB get a 413 that curl sees`(_ options: [String]) async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let body = try tls.directory.write([UInt8](repeating: 0x41, count: 12_000_000), to: "body")
        let result = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            try await program(
                "curl",
                ["-s", "-S", "--cacert", tls.rootPath, "--data-binary", "@\(body)", "-w", " %{http_code}"] + options
                    + ["https://localhost:\(port)/v1/things"])
        }
        #expect(result.status == 0)
        #expect(result.stdout.hasSuffix(" 413"))
        #expect(result.stdout.contains(#""code":"content_too_large""#))
        #expect(result.stdout.contains("larger than 262144 octets"))
    }

    @Test func `of 16 MB get a 413 that a client sees which reads only when it has sent everything`() async throws {
        let answer = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("POST /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 16000000\r\n\r\n")
                let piece = String(repeating: "x", count: 1_000_000)
                for _ in 0..<16 { try await client.send(piece) }
                return try await client.readToEnd()
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `beyond all measure are refused by their length alone`() async throws {
        let answer = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
                return try await client.read(until: "}")
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test(arguments: [(262_144, "200"), (262_145, "413")]) func `are taken to the last octet of the limit`(
        size: Int, status: String
    ) async throws {
        let answers = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                let body = String(repeating: "x", count: size)
                try await client.send("POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n" + body)
                let first = try await client.read(until: "}")
                // The connection is sane: the next request on it is answered.
                try await client.send("LIST /v1/things HTTP/1.1\r\nHost: x\r\n\r\n")
                return [first, try await client.read(until: "}")]
            }
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 \(status) "))
        #expect(answers[1].hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [(16_000, "200"), (100_000, "503")]) func `beyond what all may have together are refused for the moment`(
        size: Int, status: String
    ) async throws {
        var limits = ConnectionLimits()
        limits.bodies = 50_000
        let answers = try await withListener({ [limits] in try APIFixture().service(tls: nil, limits: limits, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                var answers: [String] = []
                for _ in 1...2 {
                    let head = "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n"
                    try await client.send(head + String(repeating: "x", count: size))
                    answers.append(try await client.read(until: "}"))
                }
                return answers
            }
        }
        for answer in answers {
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("Retry-After: 1\r\n") == (status == "503"))
        }
    }

    private static let cutShort = "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"

    @Test(arguments: [false, true]) func `that stall are logged as 408, and are no failure of the server`(overTLS: Bool) async throws {
        var limits = ConnectionLimits()
        limits.request = .milliseconds(200)
        let lines = try await lines(limits, overTLS: overTLS) { client in
            try await client.send(Self.cutShort)
            #expect(try await client.readToEnd().isEmpty)
        }
        #expect(lines.count == 1 && lines[0].hasPrefix("request ") && lines[0].contains("status=408"), "\(lines)")
    }

    @Test(arguments: [false, true])
    func `whose client goes are logged as 499, and are no failure of the server`(overTLS: Bool) async throws {
        let lines = try await lines(ConnectionLimits(), overTLS: overTLS) { client in
            try await client.send(Self.announced)
            #expect(try await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        }
        #expect(lines.count == 1 && lines[0].hasPrefix("request ") && lines[0].contains("status=499"), "\(lines)")
    }

    /// The log's lines about requests, and its failures, of a client that sends a part of a body.
    private func lines(_ limits: ConnectionLimits, overTLS: Bool, _ body: (RawClient) async throws -> Void) async throws -> [String] {
        let tls = try TLSFixture()
        let server = overTLS ? try ServerTLS(tls.identity) : nil
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines.handler }
        try await withListener({ try APIFixture().service(tls: server, limits: limits, logger: logger, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port, tls: overTLS ? try tls.client() : nil, body: body)
        }
        return lines.all.filter { $0.hasPrefix("request ") || $0.hasPrefix("unexpected") || $0.hasPrefix("request failed") }
    }

    @Test func `share what they hold, give it back, and have a beginning that counts for nothing`() {
        let budget = BodyBudget(limit: 1_000)
        let (slow, other) = (ConnectionFacts(remoteAddress: "", bodies: budget), ConnectionFacts(remoteAddress: "", bodies: budget))
        #expect(slow.hold(octets: BodyBudget.free + 600) && slow.hold(octets: BodyBudget.free + 900))
        #expect(!other.hold(octets: BodyBudget.free + 101), "600 and 300 more are taken")
        #expect(other.hold(octets: BodyBudget.free) && other.hold(octets: BodyBudget.free + 100))
        slow.answered()
        #expect(other.hold(octets: BodyBudget.free + 1_000))
        other.leave()
        #expect(slow.hold(octets: BodyBudget.free + 1_000), "who is gone holds nothing")
    }

    private static let announced = "POST /v1/things HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"

    @Test func `that are announced are asked for`() async throws {
        try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                for _ in 1...2 {
                    try await client.send(Self.announced)
                    #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                    try await client.send("abc")
                    let answer = try await client.read(until: "}")
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                    #expect(answer.hasSuffix(#"{"octets":3}"#))
                }
            }
        }
    }

    @Test func `that are announced are not asked for inside an earlier answer`() async throws {
        let fixture = APIFixture()
        try await withListener({ try fixture.service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n" + Self.announced)
                await fixture.arrived.wait()
                fixture.gate.open()
                #expect(try await client.read(until: "}").hasPrefix("HTTP/1.1 200 "))
                try await client.send("abc")
                #expect(try await client.read(until: "}").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }
}
