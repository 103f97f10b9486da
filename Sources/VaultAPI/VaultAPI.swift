import Access
package import Authority
package import HTTPFront
import HTTPTypes
import HummingbirdCore
package import PKI

/// Vault's PKI, token and system endpoints below `/v1/`. Each route decodes, asks for a permit, calls a use case and encodes its answer.
package struct VaultAPI: Sendable {
    let authority: Authority
    let now: @Sendable () -> UnixTime
    let issuers: IssuerDirectory
    /// The name of the PKI's mount, one element of a path.
    let mount: String
    let alarms: @Sendable () async -> [Alarm]
    private let rules: RouteRules

    /// - Parameters:
    ///   - limiter: nil: requests are not limited.
    ///   - mount: the name of the PKI's mount, one element of a path.
    ///   - bodyLimit: octets of a request's body.
    package init(
        authority: Authority, authentication: Authentication, limiter: RequestLimiter? = nil, now: @escaping @Sendable () -> UnixTime,
        issuers: IssuerDirectory,
        mount: String = "pki", bodyLimit: Int, alarms: @escaping @Sendable () async -> [Alarm]
    ) {
        self.authority = authority
        self.now = now
        self.issuers = issuers
        self.mount = mount
        self.alarms = alarms
        var rules = RouteRules(authentication, bodyLimit: bodyLimit, mount: mount)
        rules.limiter = limiter
        self.rules = rules
    }

    /// Every endpoint; what is served nowhere below `/v1/` is refused here, too.
    package func routes() -> [RouteGroup] {
        var (sys, tokens) = (RouteGroup("v1/sys", rules), RouteGroup("v1/auth/token", rules))
        var (pki, fleet) = (RouteGroup("v1/\(mount)", rules), RouteGroup("v1/fleet", rules))
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
        addQuotaRoutes(to: &sys)
        return [sys, tokens, pki, fleet, RouteGroup("v1", rules)]
    }
}

extension RouteGroup {
    /// Vault's writing verbs: POST and PUT are equal.
    mutating func write(_ path: String, limit: RouteLimit = .sender, use handler: @escaping Route.Handler) {
        on(path, method: .post, limit: limit, use: handler)
        on(path, method: .put, limit: limit, use: handler)
    }

    /// A list: the verb LIST, or GET with `list=true`; GET without it is refused.
    mutating func list(_ path: String, limit: RouteLimit = .sender, use handler: @escaping Route.Handler) {
        on(path, method: .list, limit: limit, use: handler)
        on(path, method: .get, limit: limit) { request, context in
            guard request.uri.queryParameters["list"].map({ $0 == "true" || $0 == "1" }) == true else {
                throw APIFailure(
                    .methodNotAllowed, code: "list_only", summary: "this path is a list",
                    remedy: "use the LIST method, or GET with ?list=true")
            }
            return try await handler(request, context)
        }
    }
}

extension VaultAPI {
    /// A permit for the sender of the request.
    func permit(
        _ request: Request, _ context: APIRequestContext, _ action: Action, profile: String? = nil, object: String
    ) async throws -> Permit {
        let principal = try await context.principal(of: request)
        return try await authority.permit(principal, action, profile: profile, object: object)
    }

    /// A permit to renew: the client certificate decides, whatever token came with it. A restored ledger may have forgotten the certificate.
    func renewalPermit(_ request: Request, _ context: APIRequestContext) async throws -> Permit {
        let holder = try await context.certificateHolder(of: request) { try await authority.adoptForRenewal($0) }
        return try await authority.permit(holder, .renew, object: holder.auditName)
    }
}
