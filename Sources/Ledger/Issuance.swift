package import PKI

/// A signed certificate on its way into the ledger, with the claim that justifies it.
package struct IssuanceRecord: Sendable {
    /// `lineage` and `generation` are decided by the ledger; what stands here is ignored.
    package var certificate: CertificateRecord
    package var claim: IssuanceClaim
    package var audit: AuditEvent
    /// A certificate that is not signed yet: it may be answered again by one that exists, and is never written.
    package var isDraft: Bool { certificate.der.isEmpty }
    /// Set when the caller named its request: a repeat answers the first certificate instead of making another.
    package var idempotency: IdempotencyClaim?
    package var keyReuse: KeyReuse

    package init(
        certificate: CertificateRecord, claim: IssuanceClaim, audit: AuditEvent, idempotency: IdempotencyClaim? = nil,
        keyReuse: KeyReuse = .allow
    ) {
        self.keyReuse = keyReuse
        self.certificate = certificate
        self.claim = claim
        self.audit = audit
        self.idempotency = idempotency
    }
}

/// The justification of an issuance. The ledger checks it inside the transaction that writes the certificate.
package enum IssuanceClaim: Sendable, Equatable {
    /// A token's holder may issue for this profile. Starts a new lineage; refused while the identity is suspended.
    /// - exclusive: a new lineage ends every older one (devices); otherwise lineages live side by side (replicas of a service).
    case token(exclusive: Bool)
    /// A ticket spends one use. See ``TicketScope`` for what it may do. The ledger re-reads the ticket: uses, expiry, revocation.
    case ticket(id: Int64, exclusive: Bool)
    /// Renewal: nobody may have renewed with `presented`, or less than `grace` seconds ago for the first time and to certificates that were not used
    /// to renew since; it must be neither revoked nor expired, and its lineage must be the identity's newest when `exclusive`.
    case renewal(presented: SerialNumber, grace: Int64, exclusive: Bool)
    /// The CA's own server certificate: always allowed, a new lineage each time.
    case own
}

/// The durable result of an issuance.
package struct IssuanceOutcome: Sendable, Equatable {
    /// With the lineage and generation that the ledger gave it.
    package var certificate: CertificateRecord
    /// The same credential had already got this certificate for the same public key, or for the same named request (an answer was lost). Nothing new
    /// was written but the audit event.
    package var isRepeat: Bool
    /// Another identity with a live certificate for the same public key; looked for where the rule is to warn.
    package var sharesKeyWith: IdentityName?
    /// A name of the certificate that another identity holds too; looked for where a token decided the names.
    package var sharedName: SharedName?

    package init(
        _ certificate: CertificateRecord, isRepeat: Bool = false, sharesKeyWith: IdentityName? = nil, sharedName: SharedName? = nil
    ) {
        self.certificate = certificate
        self.isRepeat = isRepeat
        self.sharesKeyWith = sharesKeyWith
        self.sharedName = sharedName
    }
}

/// A name that two identities are certified for.
package struct SharedName: Sendable, Equatable {
    package var name: String
    package var holder: IdentityName

    package init(name: String, holder: IdentityName) {
        self.name = name
        self.holder = holder
    }
}

/// A request with an idempotency key (the `Idempotency-Key` header field), which can be sent again without harm.
package struct IdempotencyClaim: Sendable, Equatable {
    /// SHA-256 of the credential and the name the caller chose: two credentials never share one.
    package var keySHA256: [UInt8]
    /// SHA-256 of the request's content: a repeat must have the same.
    package var requestSHA256: [UInt8]
    /// The name is free again from then on.
    package var expiresAt: UnixTime

    package init(keySHA256: [UInt8], requestSHA256: [UInt8], expiresAt: UnixTime) {
        self.keySHA256 = keySHA256
        self.requestSHA256 = requestSHA256
        self.expiresAt = expiresAt
    }
}
