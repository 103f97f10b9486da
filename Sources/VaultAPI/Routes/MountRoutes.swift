import Access
import HTTPFront
import HTTPTypes
import HummingbirdCore

/// What Vault's clients ask about the server before they use it.
extension VaultAPI {
    func addMountRoutes(to sys: inout RouteGroup) {
        sys.get("leader", limit: .address(.health)) { _, _ in Response.json(Leader()) }
        sys.get("mounts") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
            return .repeated(secretMounts, context: context)
        }
        sys.get("auth") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/auth")
            return .repeated(authMounts, context: context)
        }
        sys.get("mounts/{mount}") { request, context in
            .repeated(try await found(context.parameter("mount"), request, context), context: context)
        }
        sys.get("mounts/{mount}/tune") { request, context in
            .repeated(
                MountTuning(description: try await found(context.parameter("mount"), request, context).description), context: context)
        }
        sys.get("internal/ui/mounts") { request, context in
            _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
            return .envelope(VisibleMounts(auth: authMounts, secret: secretMounts), context: context)
        }
        // Clients ask for whole paths, such as pki/issue/service.
        sys.get("internal/ui/mounts/{path...}") { request, context in
            let name = try context.parameter("path").split(separator: "/").first.map(String.init) ?? ""
            return .envelope(MountOfPath(try await found(name, request, context), path: "\(name)/"), context: context)
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
        [
            "\(mount)/": described("pki", "certificates of devices and services"),
            "sys/": described("system", "health, mounts and the audit log"),
        ]
    }

    private var authMounts: [String: MountAnswer] { ["token/": described("token", "token based credentials")] }

    /// Its names are made from the default issuer's, so that they stay.
    private func described(_ type: String, _ description: String) -> MountAnswer {
        MountAnswer(
            type: type, description: description, accessor: "\(type)_\(issuers.standard.keyID.prefix(8))", uuid: issuers.standard.keyID)
    }

    private func found(_ name: String, _ request: Request, _ context: APIRequestContext) async throws -> MountAnswer {
        _ = try await permit(request, context, .tokenSelf, object: "sys/mounts")
        guard let answer = secretMounts["\(name)/"] else {
            throw APIFailure(
                .badRequest, code: "unknown_mount", summary: "No secret engine mount at \(name.prefix(80))/",
                remedy: "use \(mount), the only mount")
        }
        return answer
    }
}
