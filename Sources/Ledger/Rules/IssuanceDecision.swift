import PKI

/// The ledger's decision about an issuance that it does not refuse.
enum IssuanceDecision {
    /// A new lineage of an identity, of a new one when there is none; a ticket pays for it with a use.
    case enrol(StoredIdentity?, ticket: TokenRecord? = nil)
    /// A new certificate of the presented one's lineage, there.
    case renew(Placement)
    /// The credential has already got this certificate for the same key, or for the same named request.
    case repeats(StoredCertificate)
}

/// The place of a new certificate: lineage, generation and parent.
package struct Placement: Sendable {
    package let identityID: Int64
    package let lineage: Int
    package let generation: Int
    /// The certificate presented for renewal.
    package var parentID: Int64?
}

extension LedgerRows {
    /// Decides a claim by reading alone; throws the refusal. Names and keys that others hold are looked for when the certificate is written.
    func decide(_ issuance: IssuanceRecord, now: UnixTime) throws -> IssuanceDecision {
        let certificate = issuance.certificate
        guard try !isCompromised(key: certificate.publicKeySHA256) else { throw LedgerError.keyCompromised }
        if let claim = issuance.idempotency, let first = try repeated(claim, now: now) {
            try requireUnrevoked(issuance.claim)
            return .repeats(first)
        }
        switch issuance.claim {
        case .token:
            let identity = try identity(certificate.identity)
            try identity?.record.admit(certificate)
            return .enrol(identity)
        // Whether older lineages end is asked when they are renewed: the claim's `exclusive` changes nothing here.
        case .ticket(let id, exclusive: _): return try TicketDecision(rows: self, certificate: certificate, now: now).decide(ticket: id)
        case .renewal(let presented, let grace, let exclusive):
            return try RenewalDecision(rows: self, certificate: certificate, now: now, grace: grace, exclusive: exclusive)
                .decide(presented: presented)
        case .own: return .enrol(try identity(certificate.identity))
        }
    }

    /// The certificate of an earlier request with the same key; throws when that request had other content.
    private func repeated(_ claim: IdempotencyClaim, now: UnixTime) throws -> StoredCertificate? {
        guard let first = try idempotencyKey(sha256: claim.keySHA256, at: now) else { return nil }
        guard first.requestSHA256 == claim.requestSHA256 else { throw LedgerError.idempotencyKeyReused }
        return try certificate(id: first.certificate)
    }

    /// Throws when the ticket or the presented certificate is revoked. A token is checked with the audit event.
    private func requireUnrevoked(_ claim: IssuanceClaim) throws {
        switch claim {
        case .ticket(let id, exclusive: _): guard try !known(token: id).revoked else { throw LedgerError.ticketRevoked }
        case .renewal(let presented, grace: _, exclusive: _):
            guard try certificate(presented)?.record.revocation == nil else { throw LedgerError.presentedRevoked(presented) }
        case .token, .own: break
        }
    }
}

extension IdentityRecord {
    /// Throws when the identity is suspended, or known with another organization.
    func admit(_ certificate: CertificateRecord) throws(LedgerError) {
        guard suspendedAt == nil else { throw .identitySuspended(name) }
        try admitOrganization(of: certificate)
    }

    /// Certificates of one identity name one organization. Where either side names none there is nothing to compare.
    func admitOrganization(of certificate: CertificateRecord) throws(LedgerError) {
        guard let organization, let asked = certificate.organization, organization != asked else { return }
        throw .organizationDiffers(name, known: organization, asked: asked)
    }
}
