internal import Foundation
import PKI

/// The CA's no, as its error body tells it.
public struct Refusal: Sendable, Equatable {
    /// HTTP status.
    public let status: Int
    /// Stable and snake_case, such as `name_not_permitted`; empty when the server gave none.
    public let code: String
    /// One line each; may hold ` · remedy: `.
    public let messages: [String]
    /// Finds the attempt in the CA's log.
    public let requestID: String?
    /// Seconds to wait, from the `Retry-After` header.
    public let retryAfter: Int64?

    package init(status: Int, code: String, messages: [String], requestID: String?, retryAfter: Int64?) {
        self.status = status
        self.code = code
        // Whoever answers chose the words: none of them may move the cursor or hide others.
        self.messages = messages.map(visible)
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// The server could not answer now; it did not judge the request.
    package var isTransient: Bool {
        switch status {
        case 408, 429, 500, 502, 503, 504: true
        default: false
        }
    }

    /// The request itself is wrong, so that sending it again in this form is pointless.
    package var judgesRequest: Bool { status == 400 || status == 422 }

    /// What the CA says is wrong.
    public var summary: String {
        let parts = messages.map { Self.split($0).summary }
        guard !parts.isEmpty else { return status == 404 ? "the CA knows of no such thing" : "the CA answered \(status)" }
        return parts.joined(separator: "; ")
    }

    /// What the CA says to do, or what its status implies.
    public var remedy: String {
        let parts = messages.compactMap { Self.split($0).remedy }
        guard parts.isEmpty else { return parts.joined(separator: "; ") }
        switch status {
        case 401, 403: return "use a token or ticket that permits this"
        case 404: return "check the name or serial number"
        case 429, 503: return "try again later"
        case 500...: return "ask the CA's administrator\(requestID.map { " about request \($0)" } ?? "")"
        default: return "correct the request"
        }
    }

    private static func split(_ message: String) -> (summary: String, remedy: String?) {
        let separator = " · remedy: "
        guard let range = message.firstRange(of: separator) else { return (message, nil) }
        return (String(message[..<range.lowerBound]), String(message[range.upperBound...]))
    }
}

extension Refusal {
    /// Reads the error body; a proxy's HTML or an empty body leaves the status alone.
    init(_ answer: APIAnswer) {
        let body: LenientErrorBody?
        do { body = try JSONDecoder().decode(LenientErrorBody.self, from: Data(answer.body)) } catch { body = nil }
        self.init(
            status: answer.status, code: body?.code ?? "", messages: body?.errors ?? [], requestID: body?.requestID,
            retryAfter: answer.retryAfter)
    }
}

extension APIAnswer {
    /// What an answer of another status than 2xx says.
    package var refusal: Refusal { Refusal(self) }
}

/// Vault's own error bodies carry `errors` alone.
private struct LenientErrorBody: Decodable {
    let errors: [String]?
    let code: String?
    let requestID: String?

    enum CodingKeys: String, CodingKey {
        case errors, code
        case requestID = "request_id"
    }
}
