package import HTTPTypes
import PKI

/// A refusal by a front end; thrown by route handlers, and written by the renderer of the route's group.
package struct APIFailure: Error, Equatable, Sendable {
    package var status: HTTPResponse.Status
    /// Stable and snake_case.
    package var code: String
    /// One line each, what is wrong and what to do; may be empty where there is nothing to say.
    package var errors: [String]
    /// Header fields beside those every error has.
    package var headers: HTTPFields

    /// Gathers the parts.
    package init(_ status: HTTPResponse.Status, code: String, errors: [String], headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.errors = errors
        self.headers = headers
    }

    /// One line of what is wrong and what to do about it; what a client wrote and nobody can see is escaped in it, and its end left out when it
    /// is longer than anybody reads.
    package init(_ status: HTTPResponse.Status, code: String, summary: String, remedy: String, headers: HTTPFields = [:]) {
        let isLong = summary.utf8.count > Self.longestSummary
        let told = isLong ? "\(String(summary.unicodeScalars.prefix(Self.longestSummary)))…" : summary
        self.init(status, code: code, errors: [visible("\(told) · remedy: \(remedy)")], headers: headers)
    }

    private static let longestSummary = 1_000

    /// An absent thing.
    package static let notFound = APIFailure(.notFound, code: "not_found", errors: [])

    /// A body of more octets than the endpoint takes.
    package static func contentTooLarge(limit: Int) -> APIFailure {
        APIFailure(
            .contentTooLarge, code: "content_too_large", summary: "the request's body is larger than \(limit) octets",
            remedy: "send less in one request")
    }

    /// Others send so much at the time that this body has no room.
    package static let tooManyBodies = APIFailure(
        .serviceUnavailable, code: "server_busy", summary: "the server holds as many octets of requests as it may",
        remedy: "send the request again in a second", headers: [.retryAfter: "1"])

    /// A path that is served with other methods.
    package static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> APIFailure {
        let names = Set(allowed.map(\.rawValue)).sorted().joined(separator: ", ")
        return APIFailure(
            .methodNotAllowed, code: "method_not_allowed", summary: "\(method.rawValue) is not served at this path",
            remedy: "use one of \(names)", headers: [.allow: names])
    }

    /// What a peer is told of an error that nobody foresaw: nothing but where to look.
    package static func unexpected(requestID: String) -> APIFailure {
        APIFailure(
            .internalServerError, code: "internal_error", summary: "the server failed on request \(requestID)",
            remedy: "look for that identifier in the server's log")
    }
}
