package import Access
package import Authority
package import HTTPFront
import HTTPTypes
import HummingbirdCore
import PKI

/// Vault's PKI, token and system endpoints below `/v1/`. Each route decodes, asks for a permit, calls a use case and encodes its answer.
package struct VaultAPI: Sendable {
    let authority: Authority
    let authenticator: Authenticator
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    let issuers: IssuerDirectory
    /// Octets of a request's body.
    let bodyLimit: Int
    let alarms: @Sendable () async -> [Alarm]

    package init(
        authority: Authority, authenticator: Authenticator, now: @escaping @Sendable () -> Int64, issuers: IssuerDirectory,
        bodyLimit: Int, alarms: @escaping @Sendable () async -> [Alarm]
    ) {
        self.authority = authority
        self.authenticator = authenticator
        self.now = now
        self.issuers = issuers
        self.bodyLimit = bodyLimit
        self.alarms = alarms
    }

    /// Every endpoint.
    package func routes() throws(RouteClash) -> RouteTable {
        var (sys, tokens) = (RouteGroup.ofUseCases("v1/sys"), RouteGroup.ofUseCases("v1/auth/token"))
        var (pki, fleet) = (RouteGroup.ofUseCases("v1/pki"), RouteGroup.ofUseCases("v1/fleet"))
        addSystemRoutes(to: &sys)
        addTokenRoutes(to: &tokens)
        addOtherTokenRoutes(to: &tokens)
        addFleetRoutes(to: &fleet)
        addSigningRoutes(to: &pki)
        addRevocationRoutes(to: &pki)
        addCertificateRoutes(to: &pki)
        addIssuerRoutes(to: &pki)
        addRoleRoutes(to: &pki)
        addMountRoutes(to: &sys)
        var table = try RouteTable(sys, tokens, pki, fleet)
        table.unserved = Self.unserved
        return table
    }
}

extension RouteGroup {
    /// Vault's writing verbs: POST and PUT are equal.
    mutating func write(_ path: String, use handler: @escaping RouteTable.Handler) {
        on(path, method: .post, use: handler)
        on(path, method: .put, use: handler)
    }

    /// A list: the verb LIST, or GET with `list=true`; GET without it is `read`.
    mutating func list(_ path: String, use handler: @escaping RouteTable.Handler) {
        on(path, method: .list, use: handler)
        on(path, method: .get) { request, context in
            guard request.uri.queryParameters["list"].map({ $0 == "true" || $0 == "1" }) == true else {
                throw APIFailure(
                    .methodNotAllowed, code: "list_only", summary: "this path is a list",
                    remedy: "use the LIST method, or GET with ?list=true"
                ).preceded(byVault: APIFailure.unsupportedOperation)
            }
            return try await handler(request, context)
        }
    }
}

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
