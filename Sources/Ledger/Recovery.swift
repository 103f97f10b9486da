package import PKI

/// Evidence of an issuer's published CRLs, from files outside the ledger.
package struct PublicationEvidence: Sendable, Equatable {
    package var issuer: String
    /// The highest CRL number seen; 0 when none was.
    package var number: Int64
    /// The latest thisUpdate seen; 0 when none was.
    package var thisUpdate: UnixTime
    /// Every entry of the lists seen, each serial number once.
    package var entries: [CertificateRevocationList.Entry]
    /// notAfter of the issuer: the latest end that a certificate of an unknown serial number can have.
    package var issuerEnd: UnixTime

    package init(
        issuer: String, number: Int64 = 0, thisUpdate: UnixTime = 0, entries: [CertificateRevocationList.Entry] = [], issuerEnd: UnixTime
    ) {
        self.issuer = issuer
        self.number = number
        self.thisUpdate = thisUpdate
        self.entries = entries
        self.issuerEnd = issuerEnd
    }
}

/// An order to reconcile a restored ledger with published CRLs.
package struct RecoveryOrder: Sendable {
    package var evidence: [PublicationEvidence]
    /// Time of the ledger's newest record.
    package var since: UnixTime
    package var now: UnixTime
    /// SHA-256 of the one token's secret that stays good; nil: none does.
    package var keptTokenSHA256: [UInt8]?
    package var audit: AuditEvent

    package init(evidence: [PublicationEvidence], since: UnixTime, now: UnixTime, keptTokenSHA256: [UInt8]?, audit: AuditEvent) {
        self.evidence = evidence
        self.since = since
        self.now = now
        self.keptTokenSHA256 = keptTokenSHA256
        self.audit = audit
    }
}

/// The changes made by a recovery.
package struct RecoveryReport: Sendable, Equatable {
    /// Revocations that came back, those of forgotten certificates included.
    package var revocations: Int
    /// Revocations of serial numbers that the ledger does not know.
    package var forgotten: Int
    /// Tokens and tickets that were revoked.
    package var tokens: Int
    /// True when the administrator's token was found and left valid.
    package var keptToken: Bool
    /// The number that every later CRL exceeds, by issuer.
    package var numbers: [String: Int64]

    package init(revocations: Int, forgotten: Int, tokens: Int, keptToken: Bool, numbers: [String: Int64]) {
        self.revocations = revocations
        self.forgotten = forgotten
        self.tokens = tokens
        self.keptToken = keptToken
        self.numbers = numbers
    }
}

/// A certificate that one of our issuing keys signed and a restored ledger lacks, to be recorded again.
package struct Adoption: Sendable {
    /// `lineage` and `generation` are decided by the ledger.
    package var certificate: CertificateRecord
    package var purpose: Purpose
    /// Seconds by which its profile dates certificates back.
    package var backdating: Int64
    package var audit: AuditEvent

    /// The use for which it is recorded: a renewal by its holder, or a revocation by an administrator.
    package enum Purpose: Sendable, Equatable {
        /// It must not be older than what the ledger knows of its identity when lineages are exclusive.
        case renewal(exclusive: Bool)
        /// It must not end the line that its identity lives in now.
        case revocation
    }

    package init(certificate: CertificateRecord, purpose: Purpose, backdating: Int64, audit: AuditEvent) {
        self.certificate = certificate
        self.purpose = purpose
        self.backdating = backdating
        self.audit = audit
    }
}
