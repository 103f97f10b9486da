package import PKI

/// The rows of a ledger, as one transaction or one read sees them. An engine finds rows and decides nothing.
///
/// Ids are row numbers, which begin with 1 and rise.
package protocol LedgerRows {
    func identity(_ name: IdentityName) throws -> StoredIdentity?
    func identity(id: Int64) throws -> StoredIdentity?
    /// True when nobody has the certificate's name yet and its key is not compromised; in one statement, which begins one read of the file.
    func isFree(_ certificate: CertificateRecord) throws -> Bool

    func certificate(_ serialNumber: SerialNumber) throws -> StoredCertificate?
    func certificate(id: Int64) throws -> StoredCertificate?
    /// The newest generation of a lineage.
    func head(identity: Int64, lineage: Int) throws -> StoredCertificate?
    /// The id of the newest generation of a lineage.
    func headID(identity: Int64, lineage: Int) throws -> Int64?
    /// The highest lineage among an identity's certificates; 0 without any.
    func lastLineage(identity: Int64) throws -> Int
    /// The certificates that one was renewed to, in the order of their generations.
    func children(of parent: StoredCertificate) throws -> [StoredCertificate]
    /// An identity's certificates that are neither revoked nor expired, in the order of ids.
    func live(identity: Int64, at now: UnixTime) throws -> [StoredCertificate]
    /// An identity's certificates that have not expired, the revoked ones too.
    func unexpired(identity: Int64, at now: UnixTime) throws -> [StoredCertificate]
    /// All certificates for a key that are neither revoked nor expired, of whatever identity, in the order of ids.
    func live(key sha256: [UInt8], at now: UnixTime) throws -> [StoredCertificate]
    /// Another identity with a live certificate for this key; than nil: any.
    func otherHolder(ofKey sha256: [UInt8], than identity: Int64?, at now: UnixTime) throws -> IdentityName?
    /// True for a key that was added as compromised.
    func isCompromised(key sha256: [UInt8]) throws -> Bool

    /// Ids of the identities that have this name in any profile, or have a row that says that they ever held it.
    func holders(ofName name: String) throws -> [NameHolder]
    /// The same of every name that ends so.
    func holders(ofNamesEnding end: String) throws -> [NameHolder]

    /// The request and the certificate's id of an idempotency key that has not expired.
    func idempotencyKey(sha256: [UInt8], at now: UnixTime) throws -> (requestSHA256: [UInt8], certificate: Int64)?
    /// The id of the certificate that a ticket gave to this key for this identity.
    func ticketUse(ticket: Int64, key sha256: [UInt8], identity: Int64) throws -> Int64?
    func token(id: Int64) throws -> TokenRecord?
    func token(secretSHA256: [UInt8]) throws -> TokenRecord?
    func token(accessor: String) throws -> TokenRecord?
    /// True when the token is neither revoked nor expired. Its ancestors need no check: revoking one of them revokes it, too, and a token is
    /// only made while its creator is alive.
    func isAlive(token id: Int64, at now: UnixTime) throws -> Bool
    /// The newest token's id; 0 when there is none.
    func lastToken() throws -> Int64
    /// The first tokens of every living family but one's.
    func tokenFamilies(besides id: Int64) throws -> [Int64]

    /// True when a revocation was inserted for this serial number alone, without its certificate.
    func isForgotten(_ serialNumber: SerialNumber) throws -> Bool
    /// The newest revocation's sequence; 0 when there is none.
    func lastSequence() throws -> Int64
    /// The newest sequence among an issuer's revocations that were promised this CRL number or a lower one; 0 when there is none.
    func lastSequence(issuer: String, inCRL number: Int64) throws -> Int64
    /// The CRL number that was promised to an issuer's newest revocation.
    func lastPromise(issuer: String) throws -> Int64?
    /// Number of an issuer's revocations up to and including a sequence.
    func revocationCount(issuer: String, through last: Int64) throws -> Int
    /// An issuer's revocations after one sequence, up to and including another, in order.
    func revokedEntries(issuer: String, after first: Int64, through last: Int64, limit: Int) throws -> [RevokedEntry]
    /// Gives the revocations after one sequence, up to and including another, in order.
    func forEachRevocation(after first: Int64, through last: Int64, _ body: (RevocationRow) throws -> Void) throws

    /// An issuer's CRL numbers; nil before the first.
    func crlNumbers(issuer: String) throws -> CRLNumbers?
    /// The published CRL with the highest number.
    func lastPublication(issuer: String) throws -> CRLRecord?
    /// True when a time lies between `since` less some seconds and the end of a recovery, inclusive.
    func isLost(time: UnixTime, slack: Int64) throws -> Bool
    /// Time of the newest recovery; nil without one.
    func lastRecovery() throws -> UnixTime?

    /// The newest event's id; 0 before the first.
    func lastEvent() throws -> Int64
    /// The id of the last event that each receiver has.
    func receivers() throws -> [String: Int64]
    /// The events after one, in order.
    func events(after id: Int64, limit: Int) throws -> [OutboxEvent]

    /// The newest audit row; the chain's start when the log is empty.
    func auditHead() throws -> AuditHead
    func counts() throws -> LedgerCounts
}

/// The id of an identity that has or had a name, and the name as it is spelled there.
package typealias NameHolder = (identity: Int64, spelling: String)

/// A revocation as its digest covers it: `serialNumber` stands for a certificate that the revocation was inserted without.
package typealias RevocationRow = (
    sequence: Int64, certificate: Int64?, serialNumber: [UInt8]?, issuer: String, date: UnixTime, reason: Int64, crlNumber: Int64
)

extension LedgerRows {
    /// An identity that a certificate points to.
    func known(identity id: Int64) throws -> StoredIdentity {
        guard let identity = try identity(id: id) else { throw LedgerError.corrupt("identity \(id) is missing") }
        return identity
    }

    /// A token that a caller names.
    func known(token id: Int64) throws -> TokenRecord {
        guard let token = try token(id: id) else { throw LedgerError.tokenUnknown }
        return token
    }

    /// Throws when the token is revoked or has ended.
    func requireAlive(token id: Int64, at now: UnixTime) throws {
        guard try isAlive(token: id, at: now) else { throw LedgerError.tokenUnknown }
    }
}

/// A certificate with its row numbers and time of issuance.
package struct StoredCertificate: Sendable {
    package let id: Int64
    package let identityID: Int64
    /// The certificate that was presented to get this one; nil for an enrolment.
    package let parentID: Int64?
    package let issuedAt: UnixTime
    package let record: CertificateRecord

    package init(id: Int64, identityID: Int64, parentID: Int64?, issuedAt: UnixTime, record: CertificateRecord) {
        self.id = id
        self.identityID = identityID
        self.parentID = parentID
        self.issuedAt = issuedAt
        self.record = record
    }

    /// Neither revoked nor expired; notAfter is inclusive (RFC 5280 §4.1.2.5).
    package func isLive(at now: UnixTime) -> Bool { record.revocation == nil && record.notAfter >= now }
}

/// An identity with its row number.
package struct StoredIdentity: Sendable {
    package let id: Int64
    package let record: IdentityRecord
    /// The newest token at the moment of the last suspension: later ones know of it.
    package let suspendedAfterToken: Int64?

    package init(id: Int64, record: IdentityRecord, suspendedAfterToken: Int64?) {
        self.id = id
        self.record = record
        self.suspendedAfterToken = suspendedAfterToken
    }
}
