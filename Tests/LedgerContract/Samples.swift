package import Ledger
package import PKI

/// Seconds since 1970 at which every test begins.
package let start: UnixTime = 1_800_000_000
package let day: Int64 = 86_400
package let grace: Int64 = 3_600

/// Serial numbers 1, 2, 3 …, in 16 octets as the CA makes them.
package func serial(_ number: Int) throws -> SerialNumber {
    var octets = [UInt8](repeating: 0, count: 16)
    octets[0] = 0x40
    for index in 0..<8 { octets[15 - index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    return try SerialNumber(octets: octets)
}

/// Stands for the hash of public key 1, 2, 3 …
package func key(_ number: Int) -> [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) } }

package func device(_ name: String) -> IdentityName { IdentityName(profile: "device", name: name) }

/// A device's certificate, good for 30 days from `start`; key `number` unless another is given.
package func certificate(
    _ number: Int, _ name: String = "a", profile: String = "device", organization: String? = "Org", type: String? = "sensor",
    issuer: String = "devices", key keyNumber: Int? = nil, notAfter: UnixTime = start + 30 * day - 1, names: [String] = []
) throws -> CertificateRecord {
    CertificateRecord(
        serialNumber: try serial(number), issuer: issuer, identity: IdentityName(profile: profile, name: name), lineage: 0, generation: 0,
        profile: profile, profileVersion: "c0ffee", commonName: name, organization: organization, organizationalUnit: type,
        subjectAlternativeNames: names, notBefore: start, notAfter: notAfter, publicKeySHA256: key(keyNumber ?? number),
        requester: "token:test", der: [0x30, 0x03, 0x02, 0x01, UInt8(truncatingIfNeeded: number)])
}

package func event(
    _ action: AuditAction = .sign, principal: String = "token:test", resource: String = "", result: AuditResult = .allowed,
    timestamp: Int64 = start.milliseconds, details: [String: String] = [:]
) -> AuditEvent {
    AuditEvent(
        timestamp: timestamp, principal: principal, action: action, resource: resource, result: result, ipAddress: "192.0.2.1",
        userAgent: "test/1", details: details)
}

package func ticket(
    _ number: Int, _ subject: TicketScope.Subject, profile: String = "device", organization: String? = nil, type: String? = nil,
    createdAt: UnixTime = start, expiresAt: UnixTime = start + 10 * day, uses: Int? = 1, revoked: Bool = false
) -> TokenRecord {
    TokenRecord(
        accessor: "accessor-\(number)", secretSHA256: key(1000 + number), displayName: "ticket", policies: [],
        ticket: TicketScope(profile: profile, subject: subject, organization: organization, type: type), createdAt: createdAt,
        expiresAt: expiresAt, maxTTL: nil, usesLeft: uses, revoked: revoked)
}

extension CertificateLedger {
    /// Records a certificate under a claim.
    package func record(
        _ certificate: CertificateRecord, _ claim: IssuanceClaim = .token(exclusive: true), at now: UnixTime = start
    ) async throws -> IssuanceOutcome {
        try await record(IssuanceRecord(certificate: certificate, claim: claim, audit: event()), now: now)
    }

    /// Records a certificate that replaces another.
    package func renew(
        _ presented: Int, to certificate: CertificateRecord, exclusive: Bool = true, at now: UnixTime = start
    ) async throws -> IssuanceOutcome {
        try await record(certificate, .renewal(presented: serial(presented), grace: grace, exclusive: exclusive), at: now)
    }

    /// Revokes a certificate.
    package func revoke(
        _ number: Int, _ reason: RevocationReason = .superseded, suspends: Bool = false, at date: UnixTime = start
    ) async throws -> RevocationReceipt {
        try await revoke(
            RevocationOrder(
                serialNumber: serial(number), reason: reason, date: date, suspendsIdentity: suspends, audit: event(.revoke)))
    }

    /// Creates a ticket; returns the claim of its holder.
    package func claim(_ ticket: TokenRecord, exclusive: Bool = true) async throws -> IssuanceClaim {
        .ticket(id: try await create(ticket, audit: event(.ticketCreate)).id, exclusive: exclusive)
    }
}

extension IssuanceOutcome {
    /// What was recorded; nil when it was issued before.
    package var recorded: CertificateRecord? {
        isRepeat ? nil : certificate
    }

    /// What was issued before; nil when something new was recorded.
    package var repeated: CertificateRecord? {
        isRepeat ? certificate : nil
    }
}
