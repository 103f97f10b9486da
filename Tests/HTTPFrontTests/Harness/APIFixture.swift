import HTTPFront
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import PKI
import ServiceLifecycle
import Synchronization
import ServerKit
import TestKit

/// An API of a few routes, each for one behaviour under test.
struct APIFixture {
    /// Octets of `/v1/large`: more than the buffers between two sockets take.
    static let largeSize = 16 << 20

    /// Ends `/v1/slow`.
    let gate = Gate()
    /// Opened when `/v1/slow` is being answered.
    let arrived = Gate()
    /// How many requests were answered, or are being.
    let requests = Counter()

    func service(
        tls: ServerTLS?, limits: ConnectionLimits = ConnectionLimits(), logger: Logger = quietLogger,
        judge: @escaping @Sendable ([UInt8]) async -> CertificateStanding = { _ in .good }, now: UnixTime = 784_111_777,
        onBound: @escaping @Sendable (Int) async -> Void
    ) throws -> any Service {
        HTTPListener(
            address: try ListenAddress("127.0.0.1:0"), tls: tls, limits: limits, responder: try Router(groups()),
            environment: ListenerEnvironment(now: { now }, makeRequestID: { [requests] in "request-\(requests.next())" }).judging(
                judge),
            logger: logger,
            onBound: onBound)
    }

    private func groups() -> [RouteGroup] {
        var rules = RouteRules()
        rules.refusal = { $0 is Refused ? APIFailure(.conflict, code: "refused", summary: "no", remedy: "ask another") : nil }
        rules.render = { failure, requestID in
            Response.json(
                ErrorDocument(errors: failure.errors, code: failure.code, request_id: requestID), status: failure.status)
        }
        var v1 = RouteGroup("v1", rules)
        v1.get("thing/{name}") { _, context in Response.json(["name": context.parameters["name"] ?? ""]) }
        v1.on("things", method: .list) { _, _ in Response.json(["keys": ["a", "b"]]) }
        v1.on("things", method: .post) { request, context in
            Response.json(["octets": try await request.collectBody(for: context).readableBytes])
        }
        v1.get("broken") { _, _ -> Response in throw Secret(text: "the database password") }
        v1.get("quoted") { _, _ -> Response in
            throw APIFailure(.badRequest, code: "quoted", summary: "'10.0.\n1\u{202E}' is no address", remedy: "write one")
        }
        v1.get("refused") { _, _ -> Response in throw Refused() }
        v1.get("absent") { _, _ -> Response in throw APIFailure.notFound }
        v1.get("large") { request, _ in
            Response.document(ByteBuffer(repeating: 0x20, count: Self.largeSize), contentType: ContentType.pemFile, to: request)
        }
        v1.get("slow") { [gate, arrived] _, _ in
            arrived.open()
            await gate.wait()
            return Response.json(["slow": true])
        }
        v1.get("peer") { _, context in
            let name = try context.peerCertificateDER.map { try CertificateDocument(der: $0) }?.commonName
            return Response.json(["peer": name ?? "", "address": context.remoteAddress])
        }
        return [v1]
    }
}

/// A refusal as this API's clients read it.
private struct ErrorDocument: Encodable {
    let errors: [String]
    let code: String
    let request_id: String
}

/// A use case's refusal.
struct Refused: Error {}

/// What nobody outside may see.
struct Secret: Error {
    let text: String
}

/// Counts from 1.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// Opens once, for everybody who waits and for those who come later.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}
