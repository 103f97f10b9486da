package import HTTPTypes
import HummingbirdCore

/// Header fields that ask for what this server does not do. An answer that passes over them would be another one than was asked for, such
/// as a write that a precondition forbids. Fields of one protocol are its front end's to refuse (`RouteRules.screen`).
enum UnservedFields {
    /// Refuses a request that holds one of them.
    static func refuse(_ request: Request) throws(APIFailure) {
        guard request.headers.contains(where: { watched.contains($0.name) }) else { return }
        let headers = request.headers
        if let value = headers[.expect], value.lowercased().trimmingBlanks != "100-continue" {
            throw .fieldNotServed(.expect, value, "the expectation is not met", status: .expectationFailed)
        }
        if let value = headers[.contentEncoding], !["", "identity"].contains(value.lowercased().trimmingBlanks) {
            throw .fieldNotServed(.contentEncoding, value, "bodies are taken as they are", status: .unsupportedMediaType)
        }
        guard request.method != .get, request.method != .head else { return }
        for field in preconditions {
            if let value = headers[field] { throw .fieldNotServed(field, value, "writes have no preconditions here") }
        }
    }

    private static let preconditions: [HTTPField.Name] = [.ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange]
    private static let watched = Set(preconditions + [.expect, .contentEncoding])
}

extension APIFailure {
    /// A header field that asks for what is not done.
    package static func fieldNotServed(
        _ field: HTTPField.Name, _ value: String, _ why: String, status: HTTPResponse.Status = .badRequest
    ) -> APIFailure {
        APIFailure(
            status, code: "field_not_served", summary: "the header field '\(field.rawName): \(value.prefix(40))' is not served: \(why)",
            remedy: "send the request without it")
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

extension HTTPFields {
    /// The value of a field; of several with the name, their values with commas between them. The library's subscript joins the values of one
    /// field as well, at six times the price.
    package func value(of name: HTTPField.Name) -> String? {
        let values = self[values: name]
        return values.count > 1 ? self[name] : values.first
    }
}
