import Foundation
import HTTPFront
import PKI
import PublicServer
import ServiceLifecycle
import ServerKit
import TestKit
import Testing

/// Lists that are too large to be kept in memory.
@Suite(.timeLimit(.minutes(5))) struct `The public listener, with a large list,` {
    private let directory: TemporaryDirectory
    private let content: [UInt8]

    init() throws {
        directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: 1)
        // Not a multiple of what is read at once.
        content = (0..<1_000_003).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
        try directory.write(content, to: "devices.crl")
        try writeIndex()
    }

    private func writeIndex() throws {
        try directory.write(
            """
            {"issuers":[{"name":"devices","crl_number":7,"this_update":1,"next_update":1000030,"sha256":"00","entries":0}],
            "audit_head":{"id":1,"hash":"00"}}
            """, to: "index.json")
    }

    private func answer(_ method: String = "GET", fields: [String] = []) async throws -> (head: String, body: String) {
        let head = (["\(method) /crl/devices.crl HTTP/1.1", "Host: x", "Connection: close"] + fields).joined(separator: "\r\n")
        let text = try await withListener(service) { port, _ in
            try await RawClient.connected(port: port) { client in
                try await client.send(head + "\r\n\r\n")
                return try await client.readToEnd()
            }
        }
        let parts = text.components(separatedBy: "\r\n\r\n")
        return (parts[0] + "\r\n", parts.dropFirst().joined())
    }

    private func service(onBound: @escaping @Sendable (Int) async -> Void) throws -> any Service {
        makeRevocationListener(
            address: ListenAddress(host: "127.0.0.1", port: 0), directory: directory.path,
            environment: ListenerEnvironment(now: { 1_000_000 }, makeRequestID: { "id" }), logger: quietLogger, onBound: onBound)
    }

    private func tag(_ head: String) throws -> String {
        try #require(head.components(separatedBy: "\r\n").first { $0.hasPrefix("ETag: ") }).replacingOccurrences(of: "ETag: ", with: "")
    }

    @Test func `sends all of it, and says how long it is and may be kept`() async throws {
        let (head, body) = try await answer()
        #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("\r\nContent-Length: 1000003\r\n"))
        #expect(head.contains("\r\nCache-Control: max-age=30\r\n") && body == String(decoding: content, as: UTF8.self))
    }

    @Test func `answers HEAD, and 304 to who has it`() async throws {
        let (head, body) = try await answer("HEAD")
        #expect(head.contains("\r\nContent-Length: 1000003\r\n") && body.isEmpty)
        let again = try await answer(fields: ["If-None-Match: \(try tag(head))"])
        #expect(again.head.hasPrefix("HTTP/1.1 304 ") && again.body.isEmpty)
    }

    @Test func `has another tag for another version of the same length`() async throws {
        let first = try tag(try await answer().head)
        try Data(content.reversed()).write(to: directory.url.appendingPathComponent("devices.crl"), options: .atomic)
        let second = try await answer(fields: ["If-None-Match: \(first)"])
        #expect(second.head.hasPrefix("HTTP/1.1 200 ") && second.body == String(decoding: content.reversed(), as: UTF8.self))
        #expect(try tag(second.head) != first)
    }

    @Test func `lets nobody keep one that is newer than the index`() async throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: directory.path("index.json"))
        #expect(try await answer().head.contains("\r\nCache-Control: max-age=0\r\n"))
    }
}
