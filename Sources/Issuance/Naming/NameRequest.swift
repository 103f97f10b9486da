package import PKI

/// All sources of the holder's names: ticket or presented certificate, CSR, and request fields.
package struct NameRequest: Sendable {
    /// The names fixed by the ticket or by the certificate being renewed; CSR and request must agree with them or be silent.
    package var decided: DecidedNames
    /// The CSR; nil for `issue`.
    package var csr: SigningRequest?
    /// Request fields `common_name`, `organization`, `ou`; used where neither `decided` nor the CSR has a value.
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    /// `alt_names`, `ip_sans` and `uri_sans`.
    package var names: [GeneralName]

    package init(
        decided: DecidedNames = DecidedNames(), csr: SigningRequest? = nil, commonName: String? = nil, organization: String? = nil,
        organizationalUnit: String? = nil, names: [GeneralName] = []
    ) {
        self.decided = decided
        self.csr = csr
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
    }
}

/// Names that a ticket, or the certificate being renewed, has fixed.
package struct DecidedNames: Sendable, Equatable {
    /// Name of the source for error messages: `the ticket`, `the certificate being renewed`.
    package var source: String
    /// The device's UUID or the service's identity: its common name; where it has none its first DNS name, or else address.
    package var identity: String?
    /// Every DNS name and the device's UUID must match this glob.
    package var pattern: String?
    package var organization: String?
    package var organizationalUnit: String?
    /// Alternative names that a ticket permits beside its own.
    package var listed: [GeneralName]
    /// All alternative names, when renewal fixes them.
    package var names: [GeneralName]?

    package init(
        source: String = "", identity: String? = nil, pattern: String? = nil, organization: String? = nil,
        organizationalUnit: String? = nil, listed: [GeneralName] = [], names: [GeneralName]? = nil
    ) {
        self.listed = listed
        self.source = source
        self.identity = identity
        self.pattern = pattern
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
    }
}

/// The names that go into the certificate.
package struct ResolvedNames: Sendable, Equatable {
    /// The identity's name in its profile: a device's UUID, a service's common name; where it has none its first DNS name, or else address.
    package let identity: String
    /// nil where the identity is longer than a common name may be: the alternative names alone then name the holder (RFC 6125 §1.8).
    package let commonName: String?
    package let organization: String?
    package let organizationalUnit: String?
    package let names: [GeneralName]
    /// Warnings about requested names that were left out.
    package let warnings: [String]

    /// A subject without attributes makes the alternative names critical (RFC 5280 §4.2.1.6).
    var hasEmptySubject: Bool { commonName == nil && organization == nil && organizationalUnit == nil }
}

/// The names the CA itself serves under: nobody else is certified for them.
///
/// Loopback addresses are left out: every host has them, so they identify none, and a service on the CA's machine needs them.
package struct ReservedNames: Sendable, Equatable {
    private let names: Set<GeneralName>

    /// - Parameter hostNames: DNS names and addresses, as the configuration has them.
    package init(hostNames: [String]) {
        names = Set(hostNames.map(generalName(ofHost:)).filter { if case .ip = $0 { !$0.isLoopback } else { true } })
    }

    /// True when a certificate with this name could stand in for the CA; a wildcard counts when it covers one of its names.
    package func contains(_ name: GeneralName) -> Bool {
        if names.contains(name.canonical) { return true }
        guard case .dns(let text) = name.canonical, text.hasPrefix("*.") else { return false }
        return names.contains { if case .dns(let own) = $0 { glob(text, matches: own) } else { false } }
    }
}

/// The general name of a host: an address when it reads as one, else a DNS name in lower case.
package func generalName(ofHost host: String) -> GeneralName {
    (GeneralName.ip(text: host) ?? .dns(host)).canonical
}
