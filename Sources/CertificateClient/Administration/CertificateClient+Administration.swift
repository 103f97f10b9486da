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

    /// Ends a token or ticket, and all that descend from it.
    package func revokeToken(_ request: RevokeTokenRequest) async throws(ClientError) {
        let path = request.accessor == nil ? "/v1/auth/token/revoke" : "/v1/auth/token/revoke-accessor"
        try await command(.post(path, request, repeatable: true, secret: try secret()))
    }

    /// Suspends a device: it neither renews nor enrols again before a new ticket is made for it.
    package func suspendDevice(_ id: String) async throws(ClientError) -> SuspendedIdentity {
        try await data(.post("/v1/fleet/devices/\(id)/suspend", NoData(), repeatable: true, secret: try secret()))
    }

    /// Revokes; doing it again answers the first revocation.
    package func revoke(_ order: RevocationOrder) async throws(ClientError) -> RevokedCertificate {
        try await data(.post("/v1/pki/revoke", order, repeatable: true, secret: try secret()))
    }

    /// One page of certificates, newest first.
    package func search(_ request: SearchRequest) async throws(ClientError) -> SearchResult {
        try await data(.post("/v1/pki/search", request, repeatable: true, secret: try secret()))
    }

    /// What the CA knows of a certificate. Needs no token.
    package func certificate(_ serialNumber: SerialNumber) async throws(ClientError) -> CertificateReading {
        let path = "/v1/pki/cert/" + serialNumber.description.replacing(":", with: "-")
        return try await data(.get(path))
    }

    /// One page of the audit log, newest first.
    package func audit(_ query: AuditQuery) async throws(ClientError) -> AuditPage {
        try await data(.get("/v1/sys/audit-log" + query.text, secret: try secret()))
    }

    /// The server's state; a sealed or failing server answers too. Needs no token, and shows the holder of one the whole text of each alarm.
    package func health() async throws(ClientError) -> ServerHealth {
        guard let trust = configuration.trust else { throw .trustMissing }
        let tls = try TLSSettings.verifying(trust: trust, identity: nil)
        let request = APIRequest.get("/v1/sys/health", secret: try configuration.credential?.read())
        let answer: APIAnswer
        do throws(TransportFailure) { answer = try await transport.exchange(request, tls: tls) } catch {
            throw error.error
        }
        do throws(ClientError) { return try Self.decode(answer.body) } catch {
            throw answer.status == 200 ? error : .refused(Refusal(answer))
        }
    }

    private func secret() throws(ClientError) -> Secret {
        guard let credential = configuration.credential else { throw .credentialMissing(.administration) }
        return try credential.read()
    }
}

/// Which audit rows to list.
package struct AuditQuery: Sendable {
    /// Names and values as the API takes them.
    private let items: [(name: String, value: String?)]

    package init(items: [(name: String, value: String?)]) { self.items = items }

    /// `?name=value&…`, percent-encoded; empty without values.
    package var text: String {
        let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let parts = items.compactMap { item in
            item.value.map { item.name + "=" + ($0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "") }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
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
