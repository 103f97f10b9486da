import HTTPFront
import HTTPTypes
import PKI

extension VaultAPI {
    /// The refusal at a path that no route takes. Below a mount Vault says "unsupported path", and its command line depends on it; elsewhere it
    /// names the route that nobody handles.
    static func unserved(_ path: String) -> APIFailure {
        let elements = path.split(separator: "/")
        guard elements.first == "v1" else { return .notFound }
        let route = elements.dropFirst().joined(separator: "/")
        let failure = APIFailure(
            .notFound, code: "not_found", summary: "nothing is served at '\(route.prefix(80))'",
            remedy: "use the paths below pki, sys and auth/token that docs/api.md lists")
        guard mounts.contains(where: { "\(route)/".hasPrefix("\($0)/") }) else {
            return failure.preceded(byVault: "no handler for route \"\(visible(String(route.prefix(200))))\". route entry not found.")
        }
        return failure.preceded(byVault: APIFailure.unsupportedPath)
    }

    private static let mounts = ["pki", "sys", "auth/token"]
}
