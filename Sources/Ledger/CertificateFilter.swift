package import PKI

/// Conditions for certificates in a search; every set field must match.
package struct CertificateFilter: Sendable, Equatable {
    package var profile: String?
    /// One of these profiles: those that the searcher may see; nil: any.
    package var profiles: Set<String>?
    package var issuer: String?
    package var organization: String?
    /// The organizational unit.
    package var type: String?
    /// The common name, exactly.
    package var commonName: String?
    /// Substring of the common name or of any subject alternative name.
    package var name: String?
    package var state: State?
    /// Certificates whose notAfter is before this time.
    package var expiresBefore: UnixTime?

    /// A certificate's state at the time of the search.
    package enum State: String, Sendable, CaseIterable { case active, expired, revoked }

    package init(
        profile: String? = nil, issuer: String? = nil, organization: String? = nil, type: String? = nil,
        commonName: String? = nil, name: String? = nil, state: State? = nil, expiresBefore: UnixTime? = nil
    ) {
        self.profile = profile
        self.issuer = issuer
        self.organization = organization
        self.type = type
        self.commonName = commonName
        self.name = name
        self.state = state
        self.expiresBefore = expiresBefore
    }
}
