package import Issuance
package import Ledger
package import PKI

/// The certificate that a caller asks for.
package struct IssuanceOrder: Sendable {
    /// The key to certify: the one of a CSR (`sign`), or a new one made here (`issue`).
    package enum Key: Sendable {
        case requested(SigningRequest)
        /// nil: the profile's first key type that is made here.
        case generated(KeyAlgorithm?)
    }

    package var role: String
    package var key: Key
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    package var names: [GeneralName]
    /// Seconds; nil for the profile's lifetime.
    package var ttl: Int64?
    package var idempotencyKey: IdempotencyKey?

    package init(
        role: String, key: Key, commonName: String? = nil, organization: String? = nil, organizationalUnit: String? = nil,
        names: [GeneralName] = [], ttl: Int64? = nil, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.role = role
        self.key = key
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
        self.ttl = ttl
        self.idempotencyKey = idempotencyKey
    }

    package init(
        role: String, csr: SigningRequest, commonName: String? = nil, organization: String? = nil, organizationalUnit: String? = nil,
        names: [GeneralName] = [], ttl: Int64? = nil, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.init(
            role: role, key: .requested(csr), commonName: commonName, organization: organization, organizationalUnit: organizationalUnit,
            names: names, ttl: ttl, idempotencyKey: idempotencyKey)
    }

    var csr: SigningRequest? {
        if case .requested(let csr) = key { csr } else { nil }
    }
}

/// A durable certificate, with the rest of the answer to its holder.
package struct IssuanceResult: Sendable {
    package let record: CertificateRecord
    package let issuer: Issuer
    package let renewAt: UnixTime
    package let warnings: [String]
    /// Set by `issue`: made here, never stored.
    package let privateKey: PrivateKey?
}
