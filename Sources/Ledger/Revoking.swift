package import PKI

/// An order to revoke.
package struct RevocationOrder: Sendable {
    package var serialNumber: SerialNumber
    package var reason: RevocationReason
    package var date: UnixTime
    /// Suspend the identity and revoke all its unexpired certificates; for keyCompromise, the same for every identity that has the key.
    package var suspendsIdentity: Bool
    package var audit: AuditEvent
    /// Set when the certificate was sent and the ledger lacks it: it is adopted first, in the same transaction.
    package var adoption: Adoption?

    package init(
        serialNumber: SerialNumber, reason: RevocationReason, date: UnixTime, suspendsIdentity: Bool, audit: AuditEvent,
        adoption: Adoption? = nil
    ) {
        self.serialNumber = serialNumber
        self.reason = reason
        self.date = date
        self.suspendsIdentity = suspendsIdentity
        self.audit = audit
        self.adoption = adoption
    }
}

/// The receipt of a revocation.
package struct RevocationReceipt: Sendable, Equatable {
    /// With `revocation` set: the first date, reason and CRL number, also when revoked before.
    package var certificate: CertificateRecord
    /// True when the order changed nothing because the certificate was revoked before.
    package var alreadyRevoked: Bool
    /// Certificates that the same order revoked besides the named one: those of its identity when that was suspended, and those of anybody that
    /// have the compromised key.
    package var alsoRevoked: [SerialNumber]

    package init(certificate: CertificateRecord, alreadyRevoked: Bool, alsoRevoked: [SerialNumber]) {
        self.certificate = certificate
        self.alreadyRevoked = alreadyRevoked
        self.alsoRevoked = alsoRevoked
    }
}

/// A revocation as a CRL needs it.
package struct RevokedEntry: Sendable, Equatable {
    /// Rises with each revocation of the deployment; entries are read after the last one seen.
    package var sequence: Int64
    package var serialNumber: SerialNumber
    package var date: UnixTime
    package var reason: RevocationReason
    /// The certificate's notAfter: an expired entry may leave the CRL after one more appearance.
    package var notAfter: UnixTime

    package init(sequence: Int64, serialNumber: SerialNumber, date: UnixTime, reason: RevocationReason, notAfter: UnixTime) {
        self.sequence = sequence
        self.serialNumber = serialNumber
        self.date = date
        self.reason = reason
        self.notAfter = notAfter
    }
}

/// Input of a CRL build: its number, and the entries since the last build.
package struct CRLReservation: Sendable, Equatable {
    package var number: Int64
    /// New entries since the sequence asked for, in order.
    package var entries: [RevokedEntry]

    package init(number: Int64, entries: [RevokedEntry]) {
        self.number = number
        self.entries = entries
    }
}

/// The ledger's note of a published CRL; its bytes are a file.
package struct CRLRecord: Sendable, Equatable {
    package var issuer: String
    package var number: Int64
    package var thisUpdate: UnixTime
    package var nextUpdate: UnixTime
    package var entryCount: Int
    /// SHA-256 of the DER.
    package var sha256: [UInt8]

    package init(issuer: String, number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime, entryCount: Int, sha256: [UInt8]) {
        self.issuer = issuer
        self.number = number
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entryCount = entryCount
        self.sha256 = sha256
    }
}
