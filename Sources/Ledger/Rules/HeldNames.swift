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

extension LedgerRows {
    /// Throws when another identity holds a name of the certificate.
    func requireFreeNames(_ certificate: CertificateRecord, at now: UnixTime) throws {
        guard let shared = try sharedName(of: certificate, at: now) else { return }
        throw LedgerError.nameHeld(shared.name, by: shared.holder)
    }

    /// The first name of a certificate that another identity holds: it has a certificate with the name that is good; or it is suspended, and the
    /// name is its own or stands in a certificate that has not expired. A wildcard and the names that it covers are one.
    func sharedName(of certificate: CertificateRecord, at now: UnixTime) throws -> SharedName? {
        for name in certificate.heldNames.sorted() {
            for holder in try possibleHolders(of: name) {
                let identity = try known(identity: holder.identity)
                guard identity.record.name != certificate.identity else { continue }
                if try holds(identity, holder.spelling, at: now) { return SharedName(name: holder.spelling, holder: identity.record.name) }
            }
        }
        return nil
    }

    private func holds(_ identity: StoredIdentity, _ name: String, at now: UnixTime) throws -> Bool {
        let isSuspended = identity.record.suspendedAt != nil
        if isSuspended, identity.record.name.name == name { return true }
        let standing = try isSuspended ? unexpired(identity: identity.id, at: now) : live(identity: identity.id, at: now)
        return standing.contains { $0.record.heldNames.contains(name) }
    }

    /// Identities that have, or had once, the name or one that means the same hosts.
    private func possibleHolders(of name: String) throws -> [NameHolder] {
        let found = try holders(ofName: name)
        guard !name.contains(":"), let dot = name.firstIndex(of: ".") else { return found }
        let parent = String(name[dot...])
        guard name.hasPrefix("*.") else { return try found + holders(ofName: "*" + parent) }
        // All names are looked through, for a wildcard: few profiles permit any.
        return try found
            + holders(ofNamesEnding: parent).filter { holder in
                !holder.spelling.dropLast(parent.count).contains(".") && holder.spelling.first != "*"
            }
    }
}

extension LedgerTransaction {
    /// Notes the names of a certificate beside its identity's own.
    func insertHeldNames(of stored: StoredCertificate) throws {
        guard !stored.record.namesItsHolderAlone else { return }
        for name in stored.record.heldNames where name != stored.record.identity.name {
            try insertHeldName(name, identity: stored.identityID)
        }
    }
}
