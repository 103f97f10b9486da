import APISchema
import HTTPFront
import HummingbirdCore

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
