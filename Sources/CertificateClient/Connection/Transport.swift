internal import AsyncHTTPClient
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
package import PKI

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

/// The field `Retry-After` (RFC 9110 §10.2.3): seconds, or the time to come back at.
package enum RetryAfter {
    /// No server makes us wait longer than this.
    static let longest: Int64 = 86_400

    /// - Returns: 0 to `longest` seconds; nil for what is neither a number nor a date.
    package static func seconds(_ text: String, now: UnixTime) -> Int64? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return min(Int64(text) ?? longest, longest) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let time = format.date(from: text)?.timeIntervalSince1970, let date = Int64(exactly: time.rounded()) else { return nil }
        return min(max(0, UnixTime(date) - now), longest)
    }
}

/// How an attempt to get an answer failed.
package enum AttemptFailure: Sendable, Equatable {
    /// No connection was made, so the server saw nothing.
    case notSent
    /// The connection broke: the server may have done the work.
    case answerLost
    /// The server answered with a status other than 2xx.
    case answered(status: Int, retryAfter: Int64?)
    /// Trying again cannot help, such as an untrusted server.
    case final
}

/// When a request is sent again, and after how long.
package struct RetryPolicy: Sendable, Equatable {
    /// Attempts altogether.
    package var attempts: Int
    package var longestPause: Duration = .seconds(8)
    /// A longer `Retry-After` is left to the caller.
    package var longestRetryAfter: Int64 = 30

    /// Several attempts within about ten seconds.
    package static let persistent = RetryPolicy(attempts: 4)
    /// One attempt.
    package static let once = RetryPolicy(attempts: 1)

    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1.
    ///   - repeatable: whether doing the work twice is as good as doing it once.
    ///   - jitter: 0 to 1.
    /// - Returns: how long to wait before the next attempt; nil to give up.
    package func pause(after failure: AttemptFailure, attempt: Int, repeatable: Bool, jitter: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        switch failure {
        case .notSent: return backoff(attempt, jitter)
        case .answerLost: return repeatable ? backoff(attempt, jitter) : nil
        case .answered(429, let asked), .answered(503, let asked):
            guard let asked else { return backoff(attempt, jitter) }
            guard asked <= longestRetryAfter else { return nil }
            return .seconds(max(0, asked)) + backoff(attempt, jitter)
        case .answered(502, _): return repeatable ? backoff(attempt, jitter) : nil
        case .answered, .final: return nil
        }
    }

    /// Full jitter below 0.5 s, 1 s, 2 s … and never less than 100 ms.
    private func backoff(_ attempt: Int, _ jitter: Double) -> Duration {
        let ceiling = min(longestPause, .milliseconds(250 << min(attempt, 8)))
        return max(.milliseconds(100), ceiling * jitter)
    }
}
