import PKI

extension CertificateRecord {
    /// Every name by which a verifier may know the holder, from any field, in one form: a DNS name and a UUID as they are, `IP:…` and `URI:…`.
    ///
    /// Loopback addresses and `localhost` are left out: every host has them, so they name nobody.
    package var heldNames: Set<String> {
        Self.heldNames(commonName: commonName, alternatives: subjectAlternativeNames)
    }

    /// Whether its only name is its identity's own, as in most certificates: then no other is held.
    package var namesItsHolderAlone: Bool {
        guard commonName == identity.name, subjectAlternativeNames.count == 1, let alternative = subjectAlternativeNames.first else {
            return false
        }
        return alternative == "URI:urn:uuid:\(identity.name)" || alternative == "DNS:\(identity.name)"
    }

    /// The same of the two columns alone.
    package static func heldNames(commonName: String, alternatives: [String]) -> Set<String> {
        Set(alternatives.compactMap(heldName(ofAlternative:)) + [asciiLowercased(commonName)].filter { $0 != "localhost" })
    }

    private static func heldName(ofAlternative text: String) -> String? {
        guard let name = GeneralName(description: text)?.canonical else { return text }
        guard !name.isLoopback else { return nil }
        return switch name {
        case .dns(let host): host
        case .uri(let uri) where uri.hasPrefix("urn:uuid:"): String(uri.dropFirst("urn:uuid:".count))
        case .ip, .uri, .email, .other: name.description
        }
    }
}
