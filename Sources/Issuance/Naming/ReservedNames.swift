package import PKI

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
