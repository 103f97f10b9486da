/// `data` of `pki/sign/:role`, `pki/issue/:role` and `pki/renew`.
package struct SignedCertificate: Codable, Sendable, Equatable {
    /// PEM.
    package var certificate: String
    /// PEM.
    package var issuingCA: String
    /// PEM, from the issuing CA to the root.
    package var caChain: [String]
    /// Lower-case hex with colons.
    package var serialNumber: String
    /// notAfter, seconds since 1970.
    package var expiration: Int64
    /// Seconds since 1970.
    package var notBefore: Int64
    /// When the holder should renew, seconds since 1970.
    package var renewAt: Int64
    /// PEM, in the form that was asked for; `issue` only.
    package var privateKey: String?
    /// `ec`, `rsa` or `ed25519`; `issue` only.
    package var privateKeyType: String?

    package init(
        certificate: String, issuingCA: String, caChain: [String], serialNumber: String, expiration: Int64, notBefore: Int64,
        renewAt: Int64, privateKey: String? = nil, privateKeyType: String? = nil
    ) {
        self.certificate = certificate
        self.issuingCA = issuingCA
        self.caChain = caChain
        self.serialNumber = serialNumber
        self.expiration = expiration
        self.notBefore = notBefore
        self.renewAt = renewAt
        self.privateKey = privateKey
        self.privateKeyType = privateKeyType
    }

    enum CodingKeys: String, CodingKey {
        case certificate
        case issuingCA = "issuing_ca"
        case caChain = "ca_chain"
        case serialNumber = "serial_number"
        case expiration
        case notBefore = "not_before"
        case renewAt = "renew_at"
        case privateKey = "private_key"
        case privateKeyType = "private_key_type"
    }
}

/// `data` of `pki/revoke`.
package struct RevokedCertificate: Codable, Sendable, Equatable {
    package var serialNumber: String
    /// `revoked`.
    package var state: String
    /// Seconds since 1970; of the first revocation when revoked before.
    package var revocationTime: Int64
    package var revocationTimeRFC3339: String
    /// RFC 5280 §5.3.1 name, such as `keyCompromise`.
    package var reason: String
    package var issuer: String
    /// Every CRL of the issuer with this number or a higher one lists the certificate.
    package var crlNumber: Int64
    /// Serial numbers of the same identity that this order revoked too.
    package var alsoRevoked: [String]

    package init(
        serialNumber: String, state: String, revocationTime: Int64, revocationTimeRFC3339: String, reason: String, issuer: String,
        crlNumber: Int64, alsoRevoked: [String]
    ) {
        self.serialNumber = serialNumber
        self.state = state
        self.revocationTime = revocationTime
        self.revocationTimeRFC3339 = revocationTimeRFC3339
        self.reason = reason
        self.issuer = issuer
        self.crlNumber = crlNumber
        self.alsoRevoked = alsoRevoked
    }

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case state
        case revocationTime = "revocation_time"
        case revocationTimeRFC3339 = "revocation_time_rfc3339"
        case reason, issuer
        case crlNumber = "crl_number"
        case alsoRevoked = "also_revoked"
    }
}

/// A certificate as `pki/search` and `pki/cert/:serial` describe it.
package struct CertificateSummary: Codable, Sendable, Equatable {
    package var serialNumber: String
    package var issuer: String
    package var profile: String
    package var commonName: String
    package var organization: String?
    package var organizationalUnit: String?
    package var subjectAlternativeNames: [String]
    /// Seconds since 1970.
    package var notBefore: Int64
    /// Seconds since 1970.
    package var notAfter: Int64
    /// `active`, `expired` or `revoked`.
    package var state: String
    package var lineage: Int
    package var generation: Int
    package var requester: String
    package var revocationTime: Int64?
    package var reason: String?
    package var crlNumber: Int64?

    package init(
        serialNumber: String, issuer: String, profile: String, commonName: String, organization: String?,
        organizationalUnit: String?, subjectAlternativeNames: [String], notBefore: Int64, notAfter: Int64, state: String,
        lineage: Int, generation: Int, requester: String, revocationTime: Int64?, reason: String?, crlNumber: Int64?
    ) {
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.profile = profile
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.subjectAlternativeNames = subjectAlternativeNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.state = state
        self.lineage = lineage
        self.generation = generation
        self.requester = requester
        self.revocationTime = revocationTime
        self.reason = reason
        self.crlNumber = crlNumber
    }

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case issuer, profile
        case commonName = "common_name"
        case organization
        case organizationalUnit = "ou"
        case subjectAlternativeNames = "subject_alternative_names"
        case notBefore = "not_before"
        case notAfter = "not_after"
        case state, lineage, generation, requester
        case revocationTime = "revocation_time"
        case reason
        case crlNumber = "crl_number"
    }
}

/// `data` of `POST fleet/devices/:id/suspend`, and the same for services.
package struct SuspendedIdentity: Codable, Sendable, Equatable {
    /// The device's UUID or the service's name.
    package var id: String
    package var profile: String
    /// `suspended`.
    package var status: String
    /// Seconds since 1970; the first suspension counts.
    package var suspensionTime: Int64

    package init(id: String, profile: String, status: String, suspensionTime: Int64) {
        self.id = id
        self.profile = profile
        self.status = status
        self.suspensionTime = suspensionTime
    }

    enum CodingKeys: String, CodingKey {
        case id, profile, status
        case suspensionTime = "suspension_time"
    }
}
