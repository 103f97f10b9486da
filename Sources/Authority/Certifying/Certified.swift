package import Issuance
package import Ledger
package import PKI

/// A certificate that is durable, and all that its holder is told with it.
package struct Certified: Sendable {
    package let record: CertificateRecord
    package let issuer: Issuer
    /// Seconds since 1970.
    package let renewAt: Int64
    package let warnings: [String]
    /// Set by `issue`: made here, never stored.
    package let privateKey: PrivateKey?
}

/// What `sign` is asked for.
package struct SigningOrder: Sendable {
    package var role: String
    package var csr: SigningRequest
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    package var names: [GeneralName]
    /// Seconds.
    package var ttl: Int64?
    package var idempotencyKey: IdempotencyKey?

    package init(
        role: String, csr: SigningRequest, commonName: String? = nil, organization: String? = nil, organizationalUnit: String? = nil,
        names: [GeneralName] = [], ttl: Int64? = nil, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.role = role
        self.csr = csr
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
        self.ttl = ttl
        self.idempotencyKey = idempotencyKey
    }
}

/// What `issue` is asked for: names, and a key made here.
package struct IssueOrder: Sendable {
    package var role: String
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    package var names: [GeneralName]
    /// Seconds.
    package var ttl: Int64?
    /// nil: the profile's first key type that is made here.
    package var keyKind: PrivateKey.Kind?
    package var idempotencyKey: IdempotencyKey?

    package init(
        role: String, commonName: String?, organization: String? = nil, organizationalUnit: String? = nil, names: [GeneralName],
        ttl: Int64?, keyKind: PrivateKey.Kind?, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.role = role
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
        self.ttl = ttl
        self.idempotencyKey = idempotencyKey
        self.keyKind = keyKind
    }
}
