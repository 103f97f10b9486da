import APISchema
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// A client of the HTTPS API whose connections are kept alive, and that tries nothing a second time unless a test does.
final class APIClient: Sendable {
    /// An answer that came whole.
    struct Answer: Sendable, CustomStringConvertible {
        let status: Int
        let retryAfter: String?
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var description: String { "\(status) \(text.prefix(500))" }
        /// Whether there is a certificate in it, wherever.
        var holdsCertificate: Bool { text.contains("BEGIN CERTIFICATE") }

        /// The `data` of a good answer.
        func data<Payload: Codable & Sendable>(as type: Payload.Type) throws -> Payload {
            guard status == 200, let data = try JSONDecoder().decode(Envelope<Payload>.self, from: Data(body)).data else {
                throw UnexpectedAnswer(answer: self)
            }
            return data
        }
    }

    private let http: HTTPClient
    private let address: String
    private let token: String?

    private init(_ authority: TestCA, connections: Int, identity: Enrolled?) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authority.root)
        if let identity {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.chain).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(20)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        address = authority.address
        token = identity == nil ? try authority.adminToken : nil
    }

    /// Opens a client for the body: the administrator's, or the holder's of a certificate.
    static func open(
        _ authority: TestCA, connections: Int = 8, identity: Enrolled? = nil, _ body: (APIClient) async throws -> Void
    ) async throws {
        let client = try APIClient(authority, connections: connections, identity: identity)
        do { try await body(client) } catch {
            try await client.http.shutdown()
            throw error
        }
        try await client.http.shutdown()
    }

    /// One request, one answer of any status; throws when none came.
    func get(_ path: String) async throws -> Answer { try await send(.GET, path, body: nil, headers: []) }

    /// The same with a JSON body.
    func post(_ path: String, _ json: [String: String], idempotencyKey: String? = nil) async throws -> Answer {
        try await send(
            .POST, path, body: try JSONEncoder().encode(json), headers: idempotencyKey.map { [("Idempotency-Key", $0)] } ?? [])
    }

    private func send(_ method: HTTPMethod, _ path: String, body: Data?, headers: [(String, String)]) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(address)/v1/\(path)")
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let token { request.headers.add(name: "X-Vault-Token", value: token) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await http.execute(request, timeout: .seconds(40))
        let content = try await response.body.collect(upTo: 4 << 20)
        return Answer(
            status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
            body: Array(content.readableBytesView))
    }
}

/// An answer that no test of this kind may get.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    let answer: APIClient.Answer
    var description: String { "unexpected answer: \(answer)" }
}
