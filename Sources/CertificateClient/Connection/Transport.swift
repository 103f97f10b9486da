internal import AsyncHTTPClient
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// One call of the API.
package struct APIRequest: Sendable {
    package enum Method: String, Sendable { case get = "GET", post = "POST" }

    package var method: Method
    /// From `/v1/` on, percent-encoded, with the query.
    package var path: String
    /// JSON.
    package var body: [UInt8]?
    /// Doing it twice is as good as doing it once.
    package var repeatable: Bool
    package var secret: Secret?
    package var retry: RetryPolicy = .persistent

    /// A request that changes nothing.
    package static func get(_ path: String, secret: Secret? = nil) -> APIRequest {
        APIRequest(method: .get, path: path, repeatable: true, secret: secret)
    }

    /// - Throws: never in practice: every body is a plain record.
    package static func post(_ path: String, _ body: some Encodable, repeatable: Bool, secret: Secret?) throws(ClientError) -> APIRequest {
        let data: Data
        do { data = try JSONEncoder().encode(body) } catch { throw .unexpectedAnswer("the request cannot be written as JSON") }
        return APIRequest(method: .post, path: path, body: Array(data), repeatable: repeatable, secret: secret)
    }
}

/// What came back, whatever its status.
package struct APIAnswer: Sendable {
    package let status: Int
    /// Seconds to wait.
    package let retryAfter: Int64?
    package let body: [UInt8]

    package init(status: Int, retryAfter: Int64?, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// Sends requests and repeats them where that is safe.
struct Transport: Sendable {
    let http: HTTPClient
    let address: ServerAddress
    let surroundings: Surroundings
    let logger: Logger

    /// Answers are refused beyond this; a page of a thousand certificates is below one megabyte.
    static let answerLimit = 16 << 20

    /// - Returns: the answer of a 2xx status; others are thrown.
    func send(_ request: APIRequest, tls: TLSConfiguration) async throws(ClientError) -> APIAnswer {
        var attempt = 1
        while true {
            let failure: (kind: AttemptFailure, error: ClientError)
            do {
                let answer = try await exchange(request, tls: tls)
                if (200..<300).contains(answer.status) { return answer }
                failure = (.answered(status: answer.status, retryAfter: answer.retryAfter), .refused(Refusal(answer)))
            } catch { failure = (error.kind, error.error) }
            let jitter = surroundings.jitter()
            guard
                let pause = request.retry.pause(
                    after: failure.kind, attempt: attempt, repeatable: request.repeatable, jitter: jitter)
            else { throw failure.error }
            logger.info("trying again", metadata: ["reason": "\(failure.error.summary)", "pause": "\(pause)"])
            try await surroundings.sleep(pause)
            attempt += 1
        }
    }

    /// One request, one answer of any status.
    func exchange(_ request: APIRequest, tls: TLSConfiguration) async throws(TransportFailure) -> APIAnswer {
        var message = HTTPClientRequest(url: address.description + request.path)
        message.method = request.method == .get ? .GET : .POST
        message.tlsConfiguration = tls
        message.headers.add(name: "User-Agent", value: "signet-client")
        message.headers.add(name: "X-Vault-Request", value: "true")
        if let secret = request.secret { message.headers.add(name: "X-Vault-Token", value: secret.text) }
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await http.execute(message, timeout: .seconds(30))
            let body = try await response.body.collect(upTo: Self.answerLimit)
            return APIAnswer(
                status: Int(response.status.code),
                retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.seconds($0, now: surroundings.now()) },
                body: Array(buffer: body))
        } catch { throw TransportFailure(error, address: address) }
    }
}
