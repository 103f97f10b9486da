package import PKI

/// A certificate as the ledger keeps it: its bytes, and the columns people search.
package struct CertificateRecord: Sendable, Equatable {
    package var serialNumber: SerialNumber
    /// The issuing CA's name: `devices`, `services` or `root`.
    package var issuer: String
    package var identity: IdentityName
    /// Number of the identity's lineage that this certificate belongs to; 1 for the first enrolment.
    package var lineage: Int
    /// Position in its lineage, 1 for the enrolment itself.
    package var generation: Int
    package var profile: String
    /// Hex SHA-256 of the profile that made the certificate.
    package var profileVersion: String
    /// Of a certificate without one, its first DNS name, or else address.
    package var commonName: String
    package var organization: String?
    package var organizationalUnit: String?
    /// `DNS:…`, `IP:…` and `URI:…`, in the certificate's order.
    package var subjectAlternativeNames: [String]
    /// Inclusive.
    package var notBefore: UnixTime
    /// Inclusive (RFC 5280 §4.1.2.5).
    package var notAfter: UnixTime
    /// SHA-256 of the DER SubjectPublicKeyInfo.
    package var publicKeySHA256: [UInt8]
    /// The principal that requested it, as the audit log names it.
    package var requester: String
    package var der: [UInt8]
    /// Set once the certificate is revoked.
    package var revocation: Revocation?

    package init(
        serialNumber: SerialNumber, issuer: String, identity: IdentityName, lineage: Int, generation: Int, profile: String,
        profileVersion: String, commonName: String, organization: String?, organizationalUnit: String?,
        subjectAlternativeNames: [String], notBefore: UnixTime, notAfter: UnixTime, publicKeySHA256: [UInt8], requester: String,
        der: [UInt8], revocation: Revocation? = nil
    ) {
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.identity = identity
        self.lineage = lineage
        self.generation = generation
        self.profile = profile
        self.profileVersion = profileVersion
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.subjectAlternativeNames = subjectAlternativeNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.publicKeySHA256 = publicKeySHA256
        self.requester = requester
        self.der = der
        self.revocation = revocation
    }
}

/// Date and reason of a revocation, and the number of the first CRL that lists it.
package struct Revocation: Sendable, Equatable {
    package var date: UnixTime
    package var reason: RevocationReason
    /// Every CRL of the issuer with this number or a higher one lists the certificate.
    package var crlNumber: Int64

    package init(date: UnixTime, reason: RevocationReason, crlNumber: Int64) {
        self.date = date
        self.reason = reason
        self.crlNumber = crlNumber
    }
}

/// The subject that certificates are issued to: a device by its UUID, a service by its first name. Profile and name are unique together.
package struct IdentityName: Sendable, Hashable, CustomStringConvertible {
    /// The profile that certifies it, such as `device` or `service`.
    package var profile: String
    /// The device's UUID in lower case, or the service's common name.
    package var name: String

    package init(profile: String, name: String) {
        self.profile = profile
        self.name = name
    }

    package var description: String { "\(profile)/\(name)" }
}

/// An identity as the ledger keeps it.
package struct IdentityRecord: Sendable, Equatable {
    package var name: IdentityName
    package var organization: String?
    /// The newest lineage of renewals.
    package var lineage: Int
    /// The time of the revocation that suspended it; nil while it is active.
    package var suspendedAt: UnixTime?

    package init(name: IdentityName, organization: String?, lineage: Int, suspendedAt: UnixTime?) {
        self.name = name
        self.organization = organization
        self.lineage = lineage
        self.suspendedAt = suspendedAt
    }
}
