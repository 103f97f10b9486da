package import PKI

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
