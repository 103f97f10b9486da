import HTTPTypes
import HummingbirdCore

/// Header fields that ask for what this server does not do. An answer that passes over them would be another one than was asked for: a private
/// key in clear, a write that a precondition forbids.
enum UnservedFields {
    /// Refuses a request that holds one of them.
    static func refuse(_ request: Request) throws(APIFailure) {
        guard request.headers.contains(where: { watched.contains($0.name) }) else { return }
        let headers = request.headers
        for field in wrapping {
            if let value = headers[field], !isZero(value) { throw unserved(field, value, "answers are not wrapped here") }
        }
        if let namespace, let value = headers[namespace], !isRoot(value) { throw unknownNamespace(value) }
        if let value = headers[.expect], value.lowercased().trimmingBlanks != "100-continue" {
            throw unserved(.expect, value, "the expectation is not met", status: .expectationFailed)
        }
        if let value = headers[.contentEncoding], !["", "identity"].contains(value.lowercased().trimmingBlanks) {
            throw unserved(.contentEncoding, value, "bodies are taken as they are", status: .unsupportedMediaType)
        }
        guard request.method != .get, request.method != .head else { return }
        for field in preconditions {
            if let value = headers[field] { throw unserved(field, value, "writes have no preconditions here") }
        }
    }

    private static let wrapping = ["X-Vault-Wrap-TTL", "X-Vault-Wrap-Format"].compactMap { HTTPField.Name($0) }
    private static let namespace = HTTPField.Name("X-Vault-Namespace")
    private static let preconditions: [HTTPField.Name] = [.ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange]
    private static let watched: Set<HTTPField.Name> = {
        var names = Set(wrapping + preconditions)
        names.formUnion([.expect, .contentEncoding])
        if let namespace { names.insert(namespace) }
        return names
    }()

    /// No wrapping is what `0` asks for.
    private static func isZero(_ value: String) -> Bool { ["", "0", "0s"].contains(value.trimmingBlanks) }

    private static func isRoot(_ value: String) -> Bool {
        ["", "root"].contains(value.trimmingBlanks.split(separator: "/").joined(separator: "/"))
    }

    private static func unknownNamespace(_ value: String) -> APIFailure {
        APIFailure(
            .notFound, code: "unknown_namespace",
            summary: "namespace not found: '\(value.prefix(80))'; this server has the root namespace only",
            remedy: "leave X-Vault-Namespace (VAULT_NAMESPACE) out")
    }

    private static func unserved(
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
