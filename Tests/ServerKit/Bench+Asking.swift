package import Access
package import Authority
package import Ledger
package import PKI
import TestKit

extension Bench {
    /// What somebody at the standard address shows.
    package func presented(token: String? = nil, certificate: [UInt8]? = nil) -> Authenticator.Presented {
        Authenticator.Presented(token: token, certificate: certificate, ipAddress: Self.address, userAgent: Self.agent)
    }

    package func principal(token: String) async throws -> Principal {
        try await authenticator.principal(presented(token: token), now: time.now)
    }

    package func principal(certificate: [UInt8]) async throws -> Principal {
        try await authenticator.principal(presented(certificate: certificate), now: time.now)
    }

    /// The secret of a new token, written into the ledger without asking anybody, as `init` does.
    package func makeToken(_ policies: [String] = ["admin"], name: String = "ops", ttl: Int64 = 86_400_000, uses: Int? = nil) async throws
        -> String
    {
        let number = try await ledger.auditHead().id
        let text = "signet-token-\(name)-\(number)"
        guard let secret = TokenSecret(presented: text) else { throw LedgerError.tokenUnknown }
        _ = try await ledger.create(
            TokenRecord(
                accessor: "accessor-\(name)-\(number)", secretSHA256: secret.sha256, displayName: name, policies: policies, ticket: nil,
                createdAt: time.now, expiresAt: time.now + ttl, maxTTL: 2 * ttl, usesLeft: uses),
            audit: AuditEvent(
                timestamp: time.now.milliseconds, principal: "system", action: .initialize, resource: "token", result: .allowed,
                ipAddress: "",
                userAgent: ""))
        return text
    }

    package func admin() async throws -> Principal { try await principal(token: makeToken()) }

    package func permit(_ principal: Principal, _ action: Action, _ profile: String? = nil) async throws(AuthorityError) -> Permit {
        try await authority.permit(principal, action, profile: profile, object: profile ?? "x")
    }

    /// Certifies with whatever the principal holds.
    @discardableResult
    package func sign(_ order: IssuanceOrder, as principal: Principal) async throws -> IssuanceResult {
        try await authority.certify(order, permit: permit(principal, .sign, order.role))
    }

    /// Renews with a certificate over mTLS.
    @discardableResult
    package func renew(_ certificate: CertificateRecord, csr: SigningRequest) async throws -> IssuanceResult {
        let principal = try await principal(certificate: certificate.der)
        return try await authority.renew(csr, ttl: nil, permit: permit(principal, .renew))
    }

    @discardableResult
    package func revoke(
        _ serialNumber: SerialNumber, _ reason: RevocationReason, suspend: Bool? = nil, as principal: Principal? = nil
    ) async throws -> RevocationReceipt {
        let admin = try await admin()
        return try await authority.revoke(
            RevokeOrder(serialNumber: serialNumber, reason: reason, suspend: suspend), permit: permit(principal ?? admin, .revoke))
    }

    /// The holder of a new ticket.
    package func ticket(
        _ subject: TicketScope.Subject, profile: String = "device", organization: String? = "Example", type: String? = nil,
        uses: Int? = nil,
        ttl: Int64? = nil
    ) async throws -> String {
        let scope = TicketScope(profile: profile, subject: subject, organization: organization, type: type)
        let permit = try await permit(admin(), .ticketCreate, profile)
        return try await authority.createToken(TokenOrder(ttl: ttl, uses: uses, ticket: scope), permit: permit).secret
    }

    /// A device, enrolled by an administrator.
    package func enroll(_ uuid: String, csr: SigningRequest? = nil, type: String? = nil) async throws -> CertificateRecord {
        let csr = try csr ?? makeRequest()
        return try await sign(
            IssuanceOrder(role: "device", csr: csr, commonName: uuid, organization: "Example", organizationalUnit: type), as: admin()
        ).record
    }

    /// Rows of the audit log, oldest first, as `principal action result code`; tokens by their display names.
    package func audit(since id: Int64 = 0) async throws -> [String] {
        try await ledger.auditRows(AuditFilter(), before: nil, limit: 10_000).reversed().filter { $0.id > id }.map { row in
            [
                row.event.details["principal_name"].map { "token:\($0)" } ?? row.event.principal, row.event.action.rawValue,
                row.event.result.rawValue, row.event.details["code"],
            ].compactMap { $0 }
                .joined(separator: " ")
        }
    }

    /// Makes the test a receiver of events, which none is before.
    package func receiveEvents() async throws {
        let event = AuditEvent(
            timestamp: time.now.milliseconds, principal: "system", action: .receivers, resource: "outbox", result: .allowed, ipAddress: "",
            userAgent: "")
        try await ledger.register(receivers: ["test"], audit: event)
    }

    /// What the events since then tell.
    package func events() async throws -> [OutboxEvent.Content] {
        try await ledger.events(for: "test", limit: 1_000).map(\.content)
    }

    package func state(of uuid: String) async throws -> [CertificateRecord] {
        try await ledger.search(CertificateFilter(commonName: uuid, state: .active), after: nil, limit: 1_000, now: time.now).rows
    }
}

/// A CSR with a key of its own.
package func makeRequest(
    _ commonName: String? = nil, organization: String? = nil, type: String? = nil, names: [GeneralName] = []
) throws -> SigningRequest {
    try SigningRequest(
        der: makeSigningRequest(
            key: .generate(.p256), commonName: commonName, organization: organization, organizationalUnit: type, names: names))
}

/// Device 1, 2, 3 …
package func uuid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
}

/// What an asynchronous call was refused with; nil when it was not.
package func refusal<Value>(_ body: () async throws -> Value) async throws -> AuthorityError? {
    do {
        _ = try await body()
        return nil
    } catch let error as AuthorityError {
        return error
    }
}
