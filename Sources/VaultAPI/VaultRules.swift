import APISchema
import Access
import Authority
import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import PKI

extension RouteRules {
    /// What all groups of Vault's API have in common.
    init(_ authentication: Authentication, bodyLimit: Int, mount: String) {
        self.init()
        self.authentication = authentication
        self.authentication?.tokenFields = VaultField.token
        self.bodyLimit = bodyLimit
        screen = VaultField.refuseUnserved
        refusal = APIFailure.init(refusal:)
        render = VaultAPI.errorBody
        unserved = { VaultAPI.unserved($0, mount: mount) }
    }
}

/// Vault's header fields.
private enum VaultField {
    static let token = ["X-Vault-Token"].compactMap { HTTPField.Name($0) }
    private static let wrapping = ["X-Vault-Wrap-TTL", "X-Vault-Wrap-Format"].compactMap { HTTPField.Name($0) }
    private static let namespace = HTTPField.Name("X-Vault-Namespace")

    /// Refuses wrapped answers, which would leave a private key in clear, and namespaces other than the root.
    static func refuseUnserved(_ request: Request) throws(APIFailure) {
        for field in wrapping {
            guard let value = request.headers.value(of: field), !["", "0", "0s"].contains(value.trimmingCharacters(in: .whitespaces)) else {
                continue
            }
            throw .fieldNotServed(field, value, "answers are not wrapped here")
        }
        guard let value = namespace.flatMap({ request.headers.value(of: $0) }) else { return }
        let path = value.trimmingCharacters(in: .whitespaces).split(separator: "/").joined(separator: "/")
        guard !["", "root"].contains(path) else { return }
        throw APIFailure(
            .notFound, code: "unknown_namespace",
            summary: "namespace not found: '\(value.prefix(80))'; this server has the root namespace only",
            remedy: "leave X-Vault-Namespace (VAULT_NAMESPACE) out")
    }
}

extension VaultAPI {
    /// The refusal at a path that no route takes. Below a mount Vault says "unsupported path", and its command line depends on it; elsewhere it
    /// names the route that nobody handles.
    static func unserved(_ path: String, mount: String) -> APIFailure {
        let route = path.split(separator: "/").dropFirst().joined(separator: "/")
        var failure = APIFailure(
            .notFound, code: "not_found", summary: "nothing is served at '\(route.prefix(80))'",
            remedy: "use the paths below \(mount), sys and auth/token that docs/api.md lists")
        let isBelowMount = [mount, "sys", "auth/token"].contains { "\(route)/".hasPrefix("\($0)/") }
        failure.errors.insert(
            isBelowMount
                ? "1 error occurred:\n\t* unsupported path\n\n"
                : "no handler for route \"\(visible(String(route.prefix(200))))\". route entry not found.", at: 0)
        return failure
    }

    /// A refusal in Vault's error body; of a method that is not served in Vault's words first, for its clients look for them.
    static func errorBody(_ failure: APIFailure, requestID: String) -> Response {
        let words = failure.status == .methodNotAllowed ? ["1 error occurred:\n\t* unsupported operation\n\n"] : []
        return .json(ErrorBody(errors: words + failure.errors, code: failure.code, requestID: requestID), status: failure.status)
    }
}
