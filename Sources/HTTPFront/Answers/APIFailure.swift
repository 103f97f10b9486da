import APISchema
package import HTTPTypes
package import HummingbirdCore
import PKI

/// A refusal as the API says it; thrown by route handlers, answered by `APIResponder` as an `ErrorBody`.
package struct APIFailure: Error, Equatable, Sendable {
    package var status: HTTPResponse.Status
    /// Stable and snake_case.
    package var code: String
    /// One line each, what is wrong and what to do; may be empty, as Vault's answers to absent things are.
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

    /// One line of what is wrong and what to do about it; what a client wrote and nobody can see is escaped in it.
    package init(_ status: HTTPResponse.Status, code: String, summary: String, remedy: String, headers: HTTPFields = [:]) {
        self.init(status, code: code, errors: [visible("\(summary) · remedy: \(remedy)")], headers: headers)
    }

    /// An absent thing or a list without entries: `{"errors":[]}`, as Vault's clients expect.
    package static let notFound = APIFailure(.notFound, code: "not_found", errors: [])

    /// A body of more octets than the endpoint takes.
    package static func contentTooLarge(limit: Int) -> APIFailure {
        APIFailure(
            .contentTooLarge, code: "content_too_large", summary: "the request's body is larger than \(limit) octets",
            remedy: "send less in one request")
    }

    /// The same refusal, said in Vault's words before: its clients look for them.
    package func preceded(byVault words: String) -> APIFailure {
        var failure = self
        failure.errors.insert(words, at: 0)
        return failure
    }

    /// Vault's words at a path that it does not serve, where it serves others.
    package static let unsupportedPath = "1 error occurred:\n\t* unsupported path\n\n"

    /// Vault's words for a method that a path is not served with.
    package static let unsupportedOperation = "1 error occurred:\n\t* unsupported operation\n\n"
    /// Others send so much at the time that this body has no room.
    package static let tooManyBodies = APIFailure(
        .serviceUnavailable, code: "server_busy", summary: "the server holds as many octets of requests as it may",
        remedy: "send the request again in a second", headers: [.retryAfter: "1"])

    /// A path that is served with other methods.
    package static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> APIFailure {
        let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        return APIFailure(
            .methodNotAllowed, code: "method_not_allowed", summary: "\(method.rawValue) is not served at this path",
            remedy: "use one of \(names)", headers: [.allow: names]
        ).preceded(byVault: unsupportedOperation)
    }

    /// What a peer is told of an error that nobody foresaw: nothing but where to look.
    package static func unexpected(requestID: String) -> APIFailure {
        APIFailure(
            .internalServerError, code: "internal_error", summary: "the server failed on request \(requestID)",
            remedy: "look for that identifier in the server's log")
    }

    /// The answer to the request with this identifier.
    package func response(requestID: String) -> Response {
        var response = Response.json(ErrorBody(errors: errors, code: code, requestID: requestID), status: status)
        for field in headers { response.headers.append(field) }
        return response
    }
}
