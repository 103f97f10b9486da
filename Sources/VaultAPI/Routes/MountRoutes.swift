import APISchema
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

/// A mount as Vault describes it.
struct MountAnswer: Codable, Sendable {
    struct Config: Codable, Sendable {
        /// Seconds; 0: whoever issues decides, here the profile.
        var default_lease_ttl = 0
        var max_lease_ttl = 0
        var force_no_cache = false
    }

    var type: String
    var description: String
    var accessor: String
    var uuid: String
    var config = Config()
    var options = JSONNull()
    var local = false
    var seal_wrap = false
    var external_entropy_access = false
    var deprecation_status = "supported"
    var plugin_version = ""
    var running_plugin_version = ""
    var running_sha256 = ""
}

/// `data` of `sys/mounts/:path/tune`.
struct MountTuning: Codable, Sendable {
    var description: String
    var default_lease_ttl = 0
    var max_lease_ttl = 0
    var force_no_cache = false
}

/// `data` of `sys/internal/ui/mounts`: what the caller may see of all mounts.
struct VisibleMounts: Codable, Sendable {
    var auth: [String: MountAnswer]
    var secret: [String: MountAnswer]
}

/// `data` of `sys/internal/ui/mounts/:path`: the mount that a path belongs to.
struct MountOfPath: Codable, Sendable {
    var mount: MountAnswer
    var path: String

    init(_ mount: MountAnswer, path: String) {
        self.mount = mount
        self.path = path
    }

    init(from decoder: any Decoder) throws {
        mount = try MountAnswer(from: decoder)
        path = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .path)
    }

    func encode(to encoder: any Encoder) throws {
        try mount.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(path, forKey: .path)
    }

    enum CodingKeys: String, CodingKey { case path }
}

/// A field that is always `null`.
struct JSONNull: Codable, Sendable {
    init() {}

    init(from decoder: any Decoder) throws {}

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encodeNil()
    }
}

/// An envelope whose payload's fields are beside it, too: so Vault's oldest endpoints answer.
private struct RepeatedEnvelope<Payload: Codable & Sendable>: Encodable {
    let envelope: Envelope<Payload>

    func encode(to encoder: any Encoder) throws {
        try envelope.encode(to: encoder)
        try envelope.data?.encode(to: encoder)
    }
}

extension Response {
    /// An answer in Vault's envelope, repeated at its top.
    static func repeated<Payload: Codable & Sendable>(_ data: Payload, context: APIRequestContext) -> Response {
        .json(RepeatedEnvelope(envelope: Envelope(requestID: context.requestID, data: data)))
    }
}
