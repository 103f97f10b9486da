package import PKI

/// The records a CA keeps. Every write is durable when its call returns, and is made together with its audit event, in one transaction.
///
/// One engine stands behind it today (`SQLiteLedger`); the protocol is the seam at which a replicated one fits.
package protocol CertificateLedger: Sendable {
    /// Decides the claim and records the certificate in the same transaction.
    /// - Parameter now: seconds since 1970.
    func record(_ issuance: IssuanceRecord, now: Int64) async throws(LedgerError) -> IssuanceOutcome

    /// Looks, without writing, whether `record` would refuse or repeat: a credential that has ended, or a lost answer, costs no signature then. The claim is
    /// decided by `record` all the same.
    /// - Parameter issuance: its certificate may be a draft without octets.
    /// - Returns: the certificate that `record` would answer again; nil when it would write a new one.
    func foresee(_ issuance: IssuanceRecord, now: Int64) async throws(LedgerError) -> CertificateRecord?

    /// Revokes; idempotent: the first date, reason and CRL number stay.
    func revoke(_ order: RevocationOrder) async throws(LedgerError) -> RevocationReceipt

    /// Writes an audit event on its own: refusals, and reads that are audited.
    func append(_ event: AuditEvent) async throws(LedgerError)

    /// Creates a token or ticket and returns it with its id.
    func create(_ token: TokenRecord, audit: AuditEvent) async throws(LedgerError) -> TokenRecord
    /// Extends a token to `expiresAt`.
    func renewToken(id: Int64, expiresAt: Int64, audit: AuditEvent) async throws(LedgerError)
    /// Revokes a token with all that descend from it.
    func revokeToken(id: Int64, audit: AuditEvent) async throws(LedgerError)
    /// Revokes every token and ticket but one that does not descend from it; answers how many families that were.
    func revokeTokens(besides id: Int64, audit: AuditEvent) async throws(LedgerError) -> Int
    /// Suspends an identity, whether or not it has a live certificate; answers it as it is then. Idempotent: the first date stays.
    /// - Parameter now: seconds since 1970.
    func suspend(_ name: IdentityName, now: Int64, audit: AuditEvent) async throws(LedgerError) -> IdentityRecord
    /// Spends one use of a limited token that is not a ticket, and writes the event; nothing for other tokens.
    func spendUse(ofToken id: Int64, audit: AuditEvent) async throws(LedgerError)

    /// Forgets named requests whose time is over.
    /// - Parameter now: seconds since 1970.
    func forgetIdempotencyKeys(now: Int64) async throws(LedgerError)

    /// Writes something that changes nothing, so that a ledger that cannot be written is noticed before somebody needs it.
    func probeWriting() async throws(LedgerError)

    func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord?
    func token(accessor: String) async throws(LedgerError) -> TokenRecord?
    func certificate(_ serialNumber: SerialNumber) async throws(LedgerError) -> CertificateRecord?
    func identity(_ name: IdentityName) async throws(LedgerError) -> IdentityRecord?
    /// Serial numbers of all certificates in the order of issuance; with profiles, of theirs only.
    func serialNumbers(profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int) async throws(LedgerError)
        -> [SerialNumber]
    /// Newest first. `after` is what the page before names as next.
    func search(_ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: Int64) async throws(LedgerError)
        -> LedgerPage<CertificateRecord, SerialNumber>
    /// Newest first. `before` is what the page before names as next.
    func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> LedgerPage<AuditRow, Int64>
    func auditHead() async throws(LedgerError) -> AuditHead

    /// Takes the number of the next CRL (the one promised to revocations, or max(last + 1, now)) and the entries after `sequence`, atomically.
    func reserveCRL(issuer: String, after sequence: Int64, now: Int64) async throws(LedgerError) -> CRLReservation
    /// The newest revocation that the issuer's CRL of this number lists; 0 when it lists none.
    func lastSequence(issuer: String, inCRL number: Int64) async throws(LedgerError) -> Int64
    /// How many revocations an issuer has up to and including `sequence`.
    func revocationCount(issuer: String, through sequence: Int64) async throws(LedgerError) -> Int
    /// An issuer's revocations after `sequence`, in order, at most `limit`.
    func revokedEntries(issuer: String, after sequence: Int64, limit: Int) async throws(LedgerError) -> [RevokedEntry]
    /// True when a revocation waits for a CRL.
    func hasPendingRevocations(issuer: String) async throws(LedgerError) -> Bool
    func recordPublication(_ crl: CRLRecord, audit: AuditEvent) async throws(LedgerError)
    func lastPublication(issuer: String) async throws(LedgerError) -> CRLRecord?
    /// How far an issuer's lists have come.
    func publicationState(issuer: String) async throws(LedgerError) -> PublicationState

    /// Brings a restored ledger up to what the world knows, in one transaction.
    func recover(_ order: RecoveryOrder) async throws(LedgerError) -> RecoveryReport
    /// Whether the ledger was ever recovered: only then may it have forgotten certificates.
    func wasRecovered() async throws(LedgerError) -> Bool
    /// When the ledger was last recovered, seconds since 1970: the audit chain may have gone on from an earlier row then. nil: never.
    func lastRecovery() async throws(LedgerError) -> Int64?
    /// Takes a forgotten certificate in; answers what is recorded, also when it was known. Refused as unknown outside of what a recovery lost.
    /// - Parameter now: seconds since 1970.
    func adopt(_ adoption: Adoption, now: Int64) async throws(LedgerError) -> CertificateRecord
    /// The first of these serial numbers that the ledger does not know as revoked.
    func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber?

    /// Writes the audit event of a renewal that was refused as a fork, and keeps the fork open until somebody resolves it.
    /// - Parameter exclusive: a new enrolment ends the line, and so the fork.
    func noteFork(presented: SerialNumber, current: SerialNumber, exclusive: Bool, audit: AuditEvent) async throws(LedgerError)
    /// Identities with a fork that is neither revoked nor enrolled over, the oldest first.
    /// - Parameter now: seconds since 1970.
    func openForks(now: Int64) async throws(LedgerError) -> [IdentityName]

    /// Kept by counting, never by scanning.
    func counts() async throws(LedgerError) -> LedgerCounts
}

/// How much the ledger holds.
package struct LedgerCounts: Sendable, Equatable {
    package var certificates: Int
    package var revocations: Int

    package init(certificates: Int, revocations: Int) {
        self.certificates = certificates
        self.revocations = revocations
    }
}
