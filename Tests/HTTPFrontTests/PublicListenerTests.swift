import Crypto
import Foundation
import HTTPFront
import PKI
import PublicServer
import ServiceLifecycle
import ServerKit
import TestKit
import Testing

/// A published directory of two issuers and its listener.
private struct PublishedFixture {
    static let now: UnixTime = 1_767_225_600

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in [
            "devices.crl", "devices.crl.pem", "root.crl", "bundle.crl.pem", "devices.cer", "root.pem", "devices-7.crl",
            "devices-1764415200.crl", "secret",
        ] {
            try directory.write("content of \(name)", to: name)
        }
        try writeIndex(nextUpdate: Self.now + 86_400)
    }

    func writeIndex(nextUpdate: UnixTime) throws {
        let digest = sha256("content of devices.crl")
        try directory.write(
            """
            {"issuers":[{"name":"devices","crl_number":7,"this_update":1,"next_update":\(nextUpdate.seconds),"sha256":"\(digest)","entries":0}],
            "audit_head":{"id":1,"hash":"00"}}
            """, to: "index.json")
    }

    func service(onBound: @escaping @Sendable (Int) async -> Void) throws -> any Service {
        makeRevocationListener(
            address: ListenAddress(host: "127.0.0.1", port: 0), directory: directory.path,
            environment: ListenerEnvironment(now: { Self.now }, makeRequestID: { "id" }), logger: quietLogger, onBound: onBound)
    }

    func answer(_ method: String, _ path: String, fields: [String] = []) async throws -> String {
        try await withListener(service) { port, _ in
            try await PublishedFixture.answer(port, method, path, fields: fields)
        }
    }

    static func answer(_ port: Int, _ method: String, _ path: String, fields: [String] = []) async throws -> String {
        let head = (["\(method) \(path) HTTP/1.1", "Host: x", "Connection: close"] + fields).joined(separator: "\r\n")
        return try await RawClient.connected(port: port) { client in
            try await client.send(head + "\r\n\r\n")
            return try await client.readToEnd()
        }
    }
}

private func sha256(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

@Suite(.timeLimit(.minutes(5))) struct `The public listener` {
    @Test(arguments: [
        ("/crl/devices.crl", "devices.crl", "application/pkix-crl", 60), ("/crl/root.crl", "root.crl", "application/pkix-crl", 0),
        ("/crl/devices.crl.pem", "devices.crl.pem", "application/x-pem-file", 60),
        ("/crl/bundle.crl.pem", "bundle.crl.pem", "application/x-pem-file", 60),
        ("/crl/devices-7.crl", "devices-7.crl", "application/pkix-crl", 0),
        ("/ca/devices.cer", "devices.cer", "application/pkix-cert", 3600), ("/ca/root.pem", "root.pem", "application/x-pem-file", 3600),
    ]) func `serves its table of paths`(path: String, file: String, contentType: String, life: Int) async throws {
        let answer = try await PublishedFixture().answer("GET", path)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("\r\nContent-Type: \(contentType)\r\n"))
        #expect(answer.contains("\r\nETag: \"\(sha256("content of \(file)"))\"\r\n"))
        #expect(answer.contains("\r\nCache-Control: max-age=\(life)\r\n"))
        #expect(answer.hasSuffix("\r\n\r\ncontent of \(file)"))
    }

    @Test func `serves the index for nobody to keep`() async throws {
        let answer = try await PublishedFixture().answer("GET", "/crl/index.json")
        #expect(answer.contains("\r\nContent-Type: application/json\r\n"))
        #expect(answer.contains("\r\nCache-Control: max-age=0\r\n"))
        #expect(answer.contains("\"crl_number\":7"))
    }

    @Test(arguments: [
        "/", "/crl", "/crl/", "/crl/.crl", "/crl/unknown.crl", "/crl/devices-1764415200.crl", "/crl/../secret", "/crl/..%2fsecret",
        "/secret",
        "/crl/%64evices.crl", "/crl/devices.crl/", "/crl//devices.crl", "/crl/./devices.crl", "/ca/devices.crl", "/crl/devices.cer",
        "/crl/Devices.crl", "/ca/root.key", "/crl/../crl/devices.crl", "/../../../../etc/passwd", "/crl/devices.crl%00", "/ocsp",
    ]) func `serves nothing else`(_ path: String) async throws {
        let answer = try await PublishedFixture().answer("GET", path)
        #expect(answer.hasPrefix("HTTP/1.1 404 "))
        #expect(!answer.contains("content of"))
    }

    @Test func `does not follow a link out of its directory`() async throws {
        let fixture = try PublishedFixture()
        try FileManager.default.createSymbolicLink(atPath: fixture.directory.path("linked.crl"), withDestinationPath: "/etc/passwd")
        #expect(try await fixture.answer("GET", "/crl/linked.crl").hasPrefix("HTTP/1.1 404 "))
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "LIST", "PATCH"]) func `reads only`(_ method: String) async throws {
        let fixture = try PublishedFixture()
        let known = try await fixture.answer(method, "/crl/devices.crl")
        #expect(known.hasPrefix("HTTP/1.1 405 "))
        #expect(known.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(try await fixture.answer(method, "/crl/nothing").hasPrefix("HTTP/1.1 404 "))
    }

    @Test func `answers HEAD with all but the body`() async throws {
        let fixture = try PublishedFixture()
        let get = try await fixture.answer("GET", "/crl/devices.crl")
        let head = try await fixture.answer("HEAD", "/crl/devices.crl")
        #expect(head == get.replacingOccurrences(of: "content of devices.crl", with: ""))
    }

    @Test(arguments: ["\"TAG\"", "W/\"TAG\"", "*", "\"other\", \"TAG\"", "\"other\" ,\t\"TAG\" "])
    func `answers 304 to who has it`(_ condition: String) async throws {
        let field = "If-None-Match: " + condition.replacingOccurrences(of: "TAG", with: sha256("content of devices.crl"))
        let answer = try await PublishedFixture().answer("GET", "/crl/devices.crl", fields: [field])
        #expect(answer.hasPrefix("HTTP/1.1 304 "))
        #expect(answer.contains("\r\nETag: "))
        #expect(answer.contains("\r\nCache-Control: max-age=60\r\n"))
        #expect(!answer.lowercased().contains("content-length"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: ["\"other\"", "TAG", "\"TAGx\"", "\"\""]) func `answers in full to who has something else`(
        _ condition: String
    ) async throws {
        let field = "If-None-Match: " + condition.replacingOccurrences(of: "TAG", with: sha256("content of devices.crl"))
        #expect(try await PublishedFixture().answer("GET", "/crl/devices.crl", fields: [field]).hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [(30, 30), (0, 0), (-5, 0), (86_400, 60)]) func `lets nobody keep a CRL past its end`(
        left: Int64, life: Int64
    ) async throws {
        let fixture = try PublishedFixture()
        try fixture.writeIndex(nextUpdate: PublishedFixture.now + left)
        #expect(try await fixture.answer("GET", "/crl/devices.crl").contains("\r\nCache-Control: max-age=\(life)\r\n"))
    }

    @Test func `lets nobody keep a CRL that the index does not speak of`() async throws {
        let fixture = try PublishedFixture()
        try fixture.directory.write("an older one", to: "devices.crl")
        #expect(try await fixture.answer("GET", "/crl/devices.crl").contains("\r\nCache-Control: max-age=0\r\n"))
    }

    @Test func `serves the new file at once when it is replaced, and never a mixture`() async throws {
        let fixture = try PublishedFixture()
        try await withListener(fixture.service) { port, _ in
            for version in 0..<20 {
                // The same length every time: a size alone would not tell.
                let content = "version \(version + 10)"
                try Data(content.utf8).write(to: fixture.directory.url.appendingPathComponent("devices.crl"), options: .atomic)
                let answer = try await PublishedFixture.answer(port, "GET", "/crl/devices.crl")
                #expect(answer.hasSuffix("\r\n\r\n" + content))
                #expect(answer.contains("\r\nETag: \"\(sha256(content))\"\r\n"))
            }
            try FileManager.default.removeItem(atPath: fixture.directory.path("devices.crl"))
            #expect(try await PublishedFixture.answer(port, "GET", "/crl/devices.crl").hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func `answers curl and keeps the connection`() async throws {
        let fixture = try PublishedFixture()
        let result = try await withListener(fixture.service) { port, _ in
            let url = "http://127.0.0.1:\(port)/crl/devices.crl"
            return try await program("curl", ["-s", "-w", " %{http_code} %{num_connects}\n", url, url])
        }
        #expect(result.stdout == "content of devices.crl 200 1\ncontent of devices.crl 200 0\n")
    }
}
