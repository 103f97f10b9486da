import Foundation
import HTTPFront
import Logging
import NIOCore
import Synchronization
import ServerKit
import TestKit
import Testing

/// A request that is refused, and the whole answer.
struct RefusalRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let method: String
    let path: String
    let status: String
    let body: String

    static let rows = [
        RefusalRow(
            testDescription: "an unknown path", method: "GET", path: "/v1/nowhere/at/all", status: "404",
            body: #"{"errors":[],"code":"not_found","request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "an absent thing", method: "GET", path: "/v1/absent", status: "404",
            body: #"{"errors":[],"code":"not_found","request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "a path with other methods", method: "DELETE", path: "/v1/things", status: "405",
            body:
                #"{"errors":["DELETE is not served at this path · remedy: use one of LIST, POST"],"code":"method_not_allowed","#
                + #""request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "a path with a parameter and other methods", method: "POST", path: "/v1/thing/x", status: "405",
            body:
                #"{"errors":["POST is not served at this path · remedy: use one of GET, HEAD"],"code":"method_not_allowed","#
                + #""request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "an error nobody foresaw", method: "GET", path: "/v1/broken", status: "500",
            body: #"{"errors":["the server failed on request request-1 · remedy: look for that identifier in the server's log"],"#
                + #""code":"internal_error","request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "an error that the route's group knows for a refusal", method: "GET", path: "/v1/refused", status: "409",
            body: #"{"errors":["no · remedy: ask another"],"code":"refused","request_id":"request-1"}"#),
        RefusalRow(
            testDescription: "what a client wrote and nobody can see", method: "GET", path: "/v1/quoted", status: "400",
            body: #"{"errors":["'10.0.\\n1\\u{202E}' is no address · remedy: write one"],"code":"quoted","request_id":"request-1"}"#),
    ]
}

@Suite(.timeLimit(.minutes(5))) struct `Answers of the API` {
    @Test(arguments: RefusalRow.rows) func `refuse in one shape`(_ row: RefusalRow) async throws {
        let answer = try await answer("\(row.method) \(row.path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 \(row.status) "))
        #expect(try json(answer) == json("\r\n\r\n" + row.body))
        #expect(answer.contains("Content-Type: application/json\r\n"), "exactly, without a charset")
        #expect(answer.contains("Cache-Control: no-store\r\n"))
    }

    @Test func `carry an exact content type, a date and no more than that`() async throws {
        let answer = try await answer("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let fields = answer.components(separatedBy: "\r\n").dropFirst().prefix { !$0.isEmpty }
        #expect(
            Set(fields) == [
                "Content-Type: application/json", "Cache-Control: no-store", "Content-Length: 12", "Date: Sun, 06 Nov 1994 08:49:37 GMT",
            ])
    }

    @Test(arguments: ["/v1/nothing", "/v1/things", "/v1/broken"])
    func `that refuse HEAD have no body either: the next answer follows`(_ path: String) async throws {
        let answers = try await answer(
            "HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/thing/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let parts = answers.components(separatedBy: "\r\n\r\n")
        try #require(parts.count == 3)
        #expect(parts[0].contains("\r\nContent-Length: "))
        #expect(parts[1].hasPrefix("HTTP/1.1 200 "))
        #expect(parts[2] == #"{"name":"x"}"#)
    }

    @Test func `to HEAD have the length and no body`() async throws {
        let answer = try await answer("HEAD /v1/thing/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("Content-Length: 12\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\nGET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "FOO / HTTP/1.0\r\n\r\n", "FOO / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 20_000) + "\r\n\r\n",
        "GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
    ]) func `say 400 to what is not HTTP`(_ bytes: String) async throws {
        let answer = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send(bytes)
                return try await client.readToEnd()
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
    }

    @Test(arguments: ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "FOO / HTTP/1.1\r\nHost: x\r\n\r\n"])
    func `to what is not HTTP come behind those that are owed`(_ last: String) async throws {
        let request = "GET /v1/thing/x HTTP/1.1\r\nHost: x\r\n\r\n"
        let statuses = try await answer(request + request + last).components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["200", "200", "400"])
    }

    @Test func `are given once, also when the rest of the request is not HTTP`() async throws {
        let rest = try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send("GET /v1/thing/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                #expect(try await client.read(until: "}").hasPrefix("HTTP/1.1 200 "))
                try await client.send("zz\r\n")
                return try await client.readToEnd()
            }
        }
        #expect(rest.isEmpty)
    }

    @Test func `end the connection for a client of HTTP 1.0`() async throws {
        #expect(try await answer("GET /v1/thing/x HTTP/1.0\r\n\r\n").hasSuffix(#"{"name":"x"}"#))
    }

    @Test func `are logged in one line without path, fields or body`() async throws {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines.handler }
        try await withListener({ try APIFixture().service(tls: nil, logger: logger, onBound: $0) }) { port, _ in
            _ = try await RawClient.connected(port: port) { client in
                try await client.send(
                    "GET /v1/thing/secret-path HTTP/1.1\r\nHost: x\r\nX-Vault-Token: secret-token\r\nConnection: close\r\n\r\n")
                return try await client.readToEnd()
            }
        }
        let requests = lines.all.filter { $0.hasPrefix("request ") }
        #expect(requests.count == 1)
        let line = try #require(requests.first)
        for part in ["method=GET", "route=/v1/thing/{name}", "status=200", "request_id=request-1", "address=127.0.0.1"] {
            #expect(line.contains(part))
        }
        #expect(!lines.all.contains { $0.contains("secret") })
    }

    private func answer(_ request: String) async throws -> String {
        try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send(request)
                return try await client.readToEnd()
            }
        }
    }
}

/// The body of an answer, as a value to compare.
private func json(_ answer: String) throws -> [String: String] {
    let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
    let object = try JSONSerialization.jsonObject(with: Data(body.utf8))
    return try #require(object as? [String: Any]).mapValues { "\($0)" }
}
