import Access
import HTTPFront
import HTTPTypes
import HummingbirdCore

/// The classes of `policies/limits.yaml` as Vault's rate limit quotas. The file is the only place where they are written: it is the
/// administrator's, like the policies that name them.
extension VaultAPI {
    func addQuotaRoutes(to sys: inout RouteGroup) {
        sys.list("quotas/rate-limit") { request, context in
            let permit = try await permit(request, context, .audit, object: "sys/quotas/rate-limit")
            return try Response.keys(Page(request).keys(of: permit.policies.limits?.names ?? []), context: context)
        }
        sys.get("quotas/rate-limit/{name}") { request, context in
            let name = try context.parameter("name")
            let permit = try await permit(request, context, .audit, object: "sys/quotas/rate-limit")
            guard let limits = permit.policies.limits, let limitClass = limits[name] else {
                throw APIFailure(
                    .notFound, code: "unknown_quota", summary: "there is no class '\(name.prefix(80))'",
                    remedy: "list sys/quotas/rate-limit, or add it to policies/limits.yaml and send the server SIGHUP")
            }
            return .envelope(QuotaAnswer(limitClass, paths: limits.paths(in: name)), context: context)
        }
        sys.write("quotas/rate-limit/{name}") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/quotas/rate-limit")
            throw APIFailure(
                .methodNotAllowed, code: "quotas_in_file", summary: "quotas are not written here",
                remedy: "write the class into policies/limits.yaml and send the server SIGHUP", headers: [.allow: "GET, HEAD"])
        }
    }

    /// `data` of `sys/quotas/rate-limit/:name`; beside Vault's fields the size of a bucket, and the endpoints that the file gives the class.
    private struct QuotaAnswer: Codable, Sendable {
        var name: String
        var type = "rate-limit"
        var path = ""
        /// 0: without a rate.
        var rate: Int64
        /// Seconds.
        var interval: Int64
        var block_interval = 0
        var role = ""
        var inheritable = false
        var burst: Int64
        var paths: [String]

        init(_ limitClass: LimitClass, paths: [String]) {
            name = limitClass.name
            rate = limitClass.limit?.requests ?? 0
            interval = limitClass.limit?.interval ?? 0
            burst = limitClass.limit?.burst ?? 0
            self.paths = paths
        }
    }
}
