import Access
import HTTPFront
import HTTPTypes
import HummingbirdCore

/// What Vault's clients ask about the server before they use it.
extension VaultAPI {
    func addMountRoutes(to sys: inout RouteGroup) {
        sys.get("leader") { _, _ in Response.json(Leader()) }
        sys.get("mounts") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
            return .repeated(secretMounts, context: context)
        }
        sys.get("auth") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/auth")
            return .repeated(authMounts, context: context)
        }
        sys.get("mounts/{mount}") { request, context in .repeated(try await mount(request, context), context: context) }
        sys.get("mounts/{mount}/tune") { request, context in
            .repeated(MountTuning(description: try await mount(request, context).description), context: context)
        }
        sys.get("internal/ui/mounts") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
            return .envelope(VisibleMounts(auth: authMounts, secret: secretMounts), context: context)
        }
        // Clients ask for whole paths, such as pki/issue/service; none of ours is longer.
        for path in ["{mount}", "{mount}/{b}", "{mount}/{b}/{c}", "{mount}/{b}/{c}/{d}", "{mount}/{b}/{c}/{d}/{e}"] {
            sys.get("internal/ui/mounts/\(path)") { request, context in
                let name = try context.parameter("mount")
                return .envelope(MountOfPath(try await mount(request, context), path: "\(name)/"), context: context)
            }
        }
    }

    /// There is one server, and it leads.
    private struct Leader: Codable, Sendable {
        var ha_enabled = false
        var is_self = false
        var active_time = "0001-01-01T00:00:00Z"
        var leader_address = ""
        var leader_cluster_address = ""
        var performance_standby = false
        var performance_standby_last_remote_wal = 0
    }

    private var secretMounts: [String: MountAnswer] {
        ["pki/": mount("pki", "certificates of devices and services"), "sys/": mount("system", "health, mounts and the audit log")]
    }

    private var authMounts: [String: MountAnswer] { ["token/": mount("token", "token based credentials")] }

    /// Its names are made from the default issuer's, so that they stay.
    private func mount(_ type: String, _ description: String) -> MountAnswer {
        MountAnswer(
            type: type, description: description, accessor: "\(type)_\(issuers.standard.keyID.prefix(8))", uuid: issuers.standard.keyID)
    }

    private func mount(_ request: Request, _ context: APIRequestContext) async throws -> MountAnswer {
        _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
        let name = try context.parameter("mount")
        guard let mount = secretMounts["\(name)/"] else {
            throw APIFailure(
                .badRequest, code: "unknown_mount", summary: "No secret engine mount at \(name.prefix(80))/",
                remedy: "use pki, the only mount")
        }
        return mount
    }
}
