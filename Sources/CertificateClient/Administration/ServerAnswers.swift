package import PKI

/// `sys/health`, not enveloped, as Vault answers it; what a server leaves out is nil.
package struct ServerHealth: Codable, Sendable, Equatable {
    package var initialized: Bool
    package var sealed: Bool
    package var version: String
    package var serverTime: UnixTime?
    /// What needs a person soon.
    package var alarms: [String]?

    enum CodingKeys: String, CodingKey {
        case initialized, sealed, version, alarms
        case serverTime = "server_time_utc"
    }
}

/// `data` of `pki/cert/:serial`.
package struct CertificateReading: Codable, Sendable, Equatable {
    /// PEM.
    package var certificate: String
    /// Seconds since 1970; 0 when not revoked.
    package var revocationTime: Int64

    enum CodingKeys: String, CodingKey {
        case certificate
        case revocationTime = "revocation_time"
    }
}
