package import PKI

/// The records a CA keeps. Every write is durable when its call returns, and is made together with its audit event, in one transaction.
///
/// The rules are in `Rules/`, for every engine alike (``LedgerEngine``); `SQLiteLedger` stores the rows.
package protocol CertificateLedger: IssuanceLedger, RevocationLedger, CRLLedger, TokenLedger, InventoryLedger, AuditLedger, RecoveryLedger,
    EventOutbox
{
    /// Writes a page without changing a value, so that a full or failing disk is noticed before a request needs it.
    func probeWriting() async throws(LedgerError)
}

/// Records issuances.
package protocol IssuanceLedger: Sendable {
    /// Decides the claim and records the certificate in the same transaction.
    func record(_ issuance: IssuanceRecord, now: UnixTime) async throws(LedgerError) -> IssuanceOutcome
    /// Reads, without writing, whether `record` would refuse or repeat, so that a credential that has ended or a lost answer costs no signature. `record`
    /// decides the claim all the same.
    /// - Parameter issuance: its certificate may be a draft without octets.
    /// - Returns: the certificate that `record` would answer again; nil when it would write a new one.
    func foresee(_ issuance: IssuanceRecord, now: UnixTime) async throws(LedgerError) -> CertificateRecord?
    /// Deletes expired idempotency keys.
    func forgetIdempotencyKeys(now: UnixTime) async throws(LedgerError)
    /// Writes the audit event of a renewal that was refused as a fork, and keeps the fork open until it is resolved.
    /// - Parameter exclusive: a new enrolment ends the line, and so the fork.
    func noteFork(presented: SerialNumber, current: SerialNumber, exclusive: Bool, audit: AuditEvent) async throws(LedgerError)
    /// Identities with an open fork, the oldest first: neither certificate was revoked, the identity was neither suspended nor, where that ends the
    /// lineage, enrolled again; and a certificate of the lineage, or of an older one the presented certificate, is still good.
    func openForks(now: UnixTime) async throws(LedgerError) -> [IdentityName]
}

/// Revokes certificates and suspends identities.
package protocol RevocationLedger: Sendable {
    /// Revokes; idempotent: the first date, reason and CRL number stay.
    func revoke(_ order: RevocationOrder) async throws(LedgerError) -> RevocationReceipt
    /// Suspends an identity, whether or not it has a live certificate; answers it as it is then. Idempotent: the first date stays.
    func suspend(_ name: IdentityName, now: UnixTime, audit: AuditEvent) async throws(LedgerError) -> IdentityRecord
}

/// Numbers CRLs, and has their entries.
package protocol CRLLedger: Sendable {
    /// Takes the number of the next CRL (the one promised to revocations, or max(last + 1, now)) and the entries after `sequence`, atomically.
    func reserveCRL(issuer: String, after sequence: Int64, now: UnixTime) async throws(LedgerError) -> CRLReservation
    /// The newest revocation that the issuer's CRL of this number lists; 0 when it lists none.
    func lastSequence(issuer: String, inCRL number: Int64) async throws(LedgerError) -> Int64
    /// Number of an issuer's revocations up to and including `sequence`.
    func revocationCount(issuer: String, through sequence: Int64) async throws(LedgerError) -> Int
    /// An issuer's revocations after `sequence`, in order, at most `limit`.
    func revokedEntries(issuer: String, after sequence: Int64, limit: Int) async throws(LedgerError) -> [RevokedEntry]
    /// True when a revocation waits for a CRL.
    func hasPendingRevocations(issuer: String) async throws(LedgerError) -> Bool
    func recordPublication(_ crl: CRLRecord, audit: AuditEvent) async throws(LedgerError)
    func lastPublication(issuer: String) async throws(LedgerError) -> CRLRecord?
    func crlNumbers(issuer: String) async throws(LedgerError) -> CRLNumbers
}

/// Keeps tokens and tickets.
package protocol TokenLedger: Sendable {
    /// Creates a token or ticket and returns it with its id.
    func create(_ token: TokenRecord, audit: AuditEvent) async throws(LedgerError) -> TokenRecord
    /// Extends a token to `expiresAt`.
    func renewToken(id: Int64, expiresAt: UnixTime, audit: AuditEvent) async throws(LedgerError)
    /// Revokes a token with all that descend from it.
    func revokeToken(id: Int64, audit: AuditEvent) async throws(LedgerError)
    /// Revokes every token and ticket but one that does not descend from it; answers how many families that were.
    func revokeTokens(besides id: Int64, audit: AuditEvent) async throws(LedgerError) -> Int
    /// Spends one use of a limited token that is not a ticket, and writes the event; nothing for other tokens.
    func spendUse(ofToken id: Int64, audit: AuditEvent) async throws(LedgerError)
    func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord?
    func token(accessor: String) async throws(LedgerError) -> TokenRecord?
}

/// Finds certificates and identities.
package protocol InventoryLedger: Sendable {
    func certificate(_ serialNumber: SerialNumber) async throws(LedgerError) -> CertificateRecord?
    func identity(_ name: IdentityName) async throws(LedgerError) -> IdentityRecord?
    /// Serial numbers of all certificates in the order of issuance; with profiles, of theirs only.
    func serialNumbers(profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int) async throws(LedgerError)
        -> [SerialNumber]
    /// Newest first. `after` is what the page before names as next.
    func search(_ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: UnixTime) async throws(LedgerError)
        -> LedgerPage<CertificateRecord, SerialNumber>
    /// Kept by counting, never by scanning.
    func counts() async throws(LedgerError) -> LedgerCounts
}

/// Keeps the audit log.
package protocol AuditLedger: Sendable {
    /// Writes an audit event on its own: refusals, and reads that are audited.
    func append(_ event: AuditEvent) async throws(LedgerError)
    /// Newest first. `before` is what the page before names as next.
    func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> LedgerPage<AuditRow, Int64>
    func auditHead() async throws(LedgerError) -> AuditHead
    /// Time of the last recovery, at which the audit chain may have continued from an earlier row; nil without one. Only after a recovery may
    /// certificates be missing in the ledger.
    func lastRecovery() async throws(LedgerError) -> UnixTime?
}

/// Brings a restored ledger up to date.
package protocol RecoveryLedger: Sendable {
    /// Reconciles a restored ledger with published CRLs, in one transaction.
    func recover(_ order: RecoveryOrder) async throws(LedgerError) -> RecoveryReport
    /// Records a certificate that a restored ledger lacks; answers the record, also when there was one. Refused as unknown outside the time that a
    /// recovery lost.
    func adopt(_ adoption: Adoption, now: UnixTime) async throws(LedgerError) -> CertificateRecord
    /// The first of these serial numbers that the ledger does not know as revoked.
    func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber?
}

/// Keeps the events of revocations and suspensions until every receiver has them. A receiver's name has no blank.
package protocol EventOutbox: Sendable {
    /// Makes these the receivers, one at least. A new one gets the events from now on; one that is gone is waited for no more.
    /// - Parameter audit: written when the receivers change.
    func register(receivers: Set<String>, audit: AuditEvent) async throws(LedgerError)
    /// The first events that a receiver does not have, in order, at most `limit`.
    func events(for receiver: String, limit: Int) async throws(LedgerError) -> [OutboxEvent]
    /// Notes that a receiver has every event up to and including this one, and deletes those that all receivers have. An earlier one changes nothing.
    func noteDelivery(through id: Int64, to receiver: String) async throws(LedgerError)
    /// Yields after events were made durable by this process.
    func eventSignals() -> AsyncStream<Void>
}

/// Numbers of rows.
package struct LedgerCounts: Sendable, Equatable {
    package var certificates: Int
    package var revocations: Int

    package init(certificates: Int, revocations: Int) {
        self.certificates = certificates
        self.revocations = revocations
    }
}
