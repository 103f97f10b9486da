import AsyncHTTPClient
package import HTTPFront
package import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
package import PKI
import Synchronization
import TestKit

/// A request to an API, whatever carries it.
package struct Call: Sendable {
    /// A client certificate and its key.
    package struct Holder: Sendable {
        package let certificate: CertificateDocument
        package let key: PrivateKey

        package init(certificate: CertificateDocument, key: PrivateKey) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var method: HTTPRequest.Method
    /// The path, with its query.
    package var target: String
    package var headers: HTTPFields
    package var body: [UInt8]
    package var holder: Holder?

    package init(
        _ method: HTTPRequest.Method, _ target: String, headers: HTTPFields = [:], body: some Sequence<UInt8> = [], holder: Holder? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = Array(body)
        self.holder = holder
    }

    /// The same with a header field more.
    package func with(_ name: String, _ value: String) -> Call {
        var call = self
        if let name = HTTPField.Name(name) { call.headers[name] = value }
        return call
    }
}

/// What came back.
package struct Answer: Sendable {
    package let status: Int
    package let headers: HTTPFields
    package let body: [UInt8]

    package var contentType: String { headers[.contentType] ?? "" }
    package var text: String { String(decoding: body, as: UTF8.self) }
    /// The document, where it is JSON; null otherwise.
    package var document: Tree { (try? Tree(json: body)) ?? .null }
    /// The stable code of a refusal.
    package var code: String? { document["code"]?.text }
}

/// Carries requests to an API: by a function call, or over a connection.
package protocol Transport: Sendable {
    func send(_ call: Call) async throws -> Answer
}

/// Hands requests to a responder; there is no socket.
package struct InMemoryTransport: Transport {
    private let responder: any Responder
    /// Octets of bodies beyond the first 16 KiB of each.
    private let bodies: Int

    /// - Parameter bodies: what all bodies may have together, beyond the free beginning of each.
    package init(_ responder: any Responder, bodies: Int = 1 << 20) {
        self.responder = responder
        self.bodies = bodies
    }

    package func send(_ call: Call) async throws -> Answer {
        let facts = ConnectionFacts(remoteAddress: Bench.address, bodies: BodyBudget(limit: bodies))
        facts.record(peerCertificateDER: call.holder?.certificate.der)
        let head = HTTPRequest(method: call.method, scheme: nil, authority: nil, path: call.target, headerFields: call.headers)
        let response = try await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: call.body))),
            from: RequestSource(logger: quietLogger, connection: facts, requestID: "571da0ec-e624-4d4d-aad9-92594ffed1e9"))
        let collected = Collected<[UInt8]>()
        try await response.body.write(CollectingWriter(parts: collected))
        return Answer(status: response.status.code, headers: response.headers, body: Array(collected.all.joined()))
    }

    private struct CollectingWriter: ResponseBodyWriter {
        let parts: Collected<[UInt8]>

        mutating func write(_ buffer: ByteBuffer) async throws { parts.add(Array(buffer.readableBytesView)) }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

/// Sends requests over TLS to a listener on the loopback interface.
package struct LoopbackTransport: Transport {
    private let port: Int
    private let fixture: TLSFixture

    /// Runs a listener for as long as `body` takes.
    package static func running(
        _ responder: some Responder, body: @escaping @Sendable (LoopbackTransport) async throws -> Void
    ) async throws {
        let fixture = try TLSFixture()
        try await withListener { onBound in
            HTTPListener(
                address: try ListenAddress("127.0.0.1:0"), tls: try ServerTLS(fixture.identity), responder: responder,
                environment: ListenerEnvironment(
                    now: { ThrowAwayCA.now }, makeRequestID: { "571da0ec-e624-4d4d-aad9-92594ffed1e9" }),
                logger: quietLogger, onBound: onBound)
        } body: { port, _ in
            try await body(LoopbackTransport(port: port, fixture: fixture))
        }
    }

    package func send(_ call: Call) async throws -> Answer {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try fixture.client(chain: call.holder.map { [$0.certificate] } ?? [], key: call.holder?.key),
            redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await send(call, by: client)
            try await client.shutdown()
            return answer
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func send(_ call: Call, by client: HTTPClient) async throws -> Answer {
        var request = HTTPClientRequest(url: "https://localhost:\(port)\(call.target)")
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        for field in call.headers { request.headers.add(name: field.name.rawName, value: field.value) }
        if !call.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: call.body)) }
        let response = try await client.execute(request, timeout: .seconds(30))
        var headers = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        let body = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
    }
}
