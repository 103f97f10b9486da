package import APISchema
internal import Foundation
package import PKI

extension CertificateClient {
    /// Makes a token, or with `ticket` an enrolment ticket.
    package func createToken(_ request: TokenRequest) async throws(ClientError) -> AuthBlock {
        // Sent twice it would make two tokens.
        let order = try APIRequest.post("/v1/auth/token/create", request, repeatable: false, secret: try secret())
        let answer: Envelope<NoData> = try await call(order, trust: nil)
        guard let auth = answer.auth else { throw .unexpectedAnswer("no auth block for auth/token/create") }
        return auth
    }

    /// Revokes; doing it again answers the first revocation.
    package func revoke(_ order: RevocationOrder) async throws(ClientError) -> RevokedCertificate {
        try await data(.post("/v1/pki/revoke", order, repeatable: true, secret: try secret()))
    }

    package func search(_ request: SearchRequest) async throws(ClientError) -> SearchResult {
        try await data(.post("/v1/pki/search", request, repeatable: true, secret: try secret()))
    }

    /// What the CA knows of a certificate. Needs no token.
    package func certificate(_ serialNumber: SerialNumber) async throws(ClientError) -> CertificateReading {
        let path = "/v1/pki/cert/" + serialNumber.description.replacing(":", with: "-")
        return try await data(.get(path, secret: try optionalSecret()))
    }

    package func audit(_ query: AuditQuery) async throws(ClientError) -> AuditPage {
        try await data(.get("/v1/sys/audit-log" + query.text, secret: try secret()))
    }

    /// The server's state; a sealed or failing server answers too.
    package func health() async throws(ClientError) -> ServerHealth {
        guard let trust = configuration.trust else { throw .trustMissing }
        let tls = try TLSSettings.verifying(trust: trust, identity: nil)
        do throws(TransportFailure) {
            return try Self.decodeHealth(try await transport.exchange(.get("/v1/sys/health"), tls: tls))
        } catch { throw error.error }
    }

    private static func decodeHealth(_ answer: APIAnswer) throws(TransportFailure) -> ServerHealth {
        do { return try decode(answer.body) } catch { throw TransportFailure(.final, .refused(Refusal(answer))) }
    }

    private func secret() throws(ClientError) -> Secret {
        guard let credential = configuration.credential else { throw .credentialMissing(.administration) }
        return try credential.read()
    }

    private func optionalSecret() throws(ClientError) -> Secret? {
        try configuration.credential?.read()
    }
}

/// Body of `pki/revoke`; exactly one of serial number and certificate.
package struct RevocationOrder: Codable, Sendable, Equatable {
    package var serialNumber: String?
    /// PEM.
    package var certificate: String?
    /// RFC 5280 §5.3.1 name.
    package var reason: String
    /// Whether the identity may enrol and renew no more; the reason decides when absent.
    package var suspend: Bool?

    package init(serialNumber: String? = nil, certificate: String? = nil, reason: String, suspend: Bool? = nil) {
        self.serialNumber = serialNumber
        self.certificate = certificate
        self.reason = reason
        self.suspend = suspend
    }

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case certificate, reason, suspend
    }
}

/// Which audit rows to list.
package struct AuditQuery: Sendable, Equatable {
    /// Names and values as the API takes them.
    package var items: [(name: String, value: String?)]

    package init(items: [(name: String, value: String?)]) { self.items = items }

    package static func == (left: AuditQuery, right: AuditQuery) -> Bool { left.text == right.text }

    /// `?name=value&…`, percent-encoded; empty without values.
    package var text: String {
        let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let parts = items.compactMap { item in
            item.value.map { item.name + "=" + ($0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "") }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}

/// `sys/health`, not enveloped, as Vault answers it; what a server leaves out is nil.
package struct ServerHealth: Codable, Sendable, Equatable {
    package var initialized: Bool
    package var sealed: Bool
    package var version: String
    /// Seconds since 1970.
    package var serverTime: Int64?
    /// How many certificates there are, by state.
    package var certificates: [String: Int64]?

    enum CodingKeys: String, CodingKey {
        case initialized, sealed, version
        case serverTime = "server_time_utc"
        case certificates
    }
}

/// `data` of `pki/cert/:serial`: Vault's fields, and those this CA adds.
package struct CertificateReading: Codable, Sendable, Equatable {
    /// PEM.
    package var certificate: String
    /// Seconds since 1970; 0 when not revoked.
    package var revocationTime: Int64?
    package var issuer: String?
    package var profile: String?
    package var state: String?
    package var reason: String?
    package var crlNumber: Int64?
    package var lineage: Int?
    package var generation: Int?
    package var requester: String?

    enum CodingKeys: String, CodingKey {
        case certificate
        case revocationTime = "revocation_time"
        case issuer, profile, state, reason
        case crlNumber = "crl_number"
        case lineage, generation, requester
    }
}
