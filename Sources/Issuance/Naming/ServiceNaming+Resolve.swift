package import PKI

extension ServiceNaming {
    /// The DNS, IP and URI names of a service; its first DNS name that is no longer than a common name may be is the common name. A service without
    /// a DNS name is known by its address.
    /// - Parameter reserved: names the CA itself serves under.
    func resolve(_ request: NameRequest, profile: String, reserved: ReservedNames) throws(IssuanceRefusal) -> ResolvedNames {
        var resolver = SubjectResolver(request)
        let said = try resolver.agreed(
            .commonName, decided: request.decided.identity, asked: request.commonName, canonical: asciiLowercased)
        let subject = said.map(asciiLowercased)
        let names = try namesAskedFor(request, commonName: subject)
        let hosts = names.compactMap(dnsName)
        // A DNS name may be longer than a common name may (RFC 5280 appendix A, ub-common-name).
        let commonName = hosts.first { $0.utf8.count <= 64 }
        guard let identity = commonName ?? names.firstHost else {
            throw .identityMissing(profile: profile, what: "a DNS name, or an address that is not a loopback one")
        }
        let unlisted = hosts.filter { !request.decided.listed.contains(.dns($0)) }
        if request.decided.pattern != nil, unlisted.count > 1 { throw .severalNames(unlisted, source: request.decided.source) }
        for name in names {
            try checkForm(name, profile: profile)
            guard permits(name) else { throw .nameNotPermitted(name.description, profile: profile) }
            guard !reserved.contains(name) else { throw .reservedName(name.description) }
            try checkDecision(name, request.decided)
        }
        var warnings = resolver.warnings
        for value in (request.csr?.subject.organization ?? []) + (request.csr?.subject.organizationalUnit ?? []) {
            warnings.append("the profile \(profile) certifies no organization: \(value) was left out")
        }
        if request.csr?.subject.unreadable.contains(where: { $0 != ObjectIdentifierDER.commonName.description }) == true {
            warnings.append("the profile \(profile) certifies no organization: one that cannot be read was left out")
        }
        // A CSR with names of its own rules alone.
        let unused = request.names.filter { !names.contains($0.canonical) }
        if !unused.isEmpty {
            let list = unused.map(\.description).joined(separator: ", ")
            warnings.append("the alternative names of the CSR were used, these of the request were not: \(list)")
        }
        return ResolvedNames(
            identity: identity, commonName: commonName, organization: nil, organizationalUnit: nil, names: names, warnings: warnings)
    }

    /// The common name first, then the alternative names, each once. On renewal: exactly those of the certificate being renewed.
    private func namesAskedFor(_ request: NameRequest, commonName: String?) throws(IssuanceRefusal) -> [GeneralName] {
        let inCSR = request.csr?.names ?? []
        let others = (inCSR.isEmpty ? request.names : inCSR).map(\.canonical)
        var seen: Set<GeneralName> = []
        let named = commonName.map { [subjectName($0, isDecided: request.decided.identity != nil, among: others)] } ?? []
        let asked = (named + others).filter { seen.insert($0).inserted }
        guard let fixed = request.decided.names else { return asked }
        for name in asked where !fixed.contains(where: { $0.canonical == name }) {
            throw .disagreement(
                "subject alternative name", said: name.description, decided: fixed.map(\.description).joined(separator: ", "),
                source: request.decided.source)
        }
        return fixed
    }

    /// A common name as alternative name: an address where a ticket or the other names say so. By itself one is refused, with what to write instead.
    private func subjectName(_ commonName: String, isDecided: Bool, among names: [GeneralName]) -> GeneralName {
        let host = generalName(ofHost: commonName)
        return isDecided || names.contains(host) ? host : .dns(commonName)
    }

    private func checkDecision(_ name: GeneralName, _ decided: DecidedNames) throws(IssuanceRefusal) {
        guard decided.names == nil, decided.identity != nil || decided.pattern != nil, !decided.listed.contains(name) else { return }
        if let identity = decided.identity, generalName(ofHost: identity) == name { return }
        guard let text = dnsName(name) else {
            guard name.isLoopback else { throw .nameNotListed(name.description, source: decided.source) }
            return
        }
        if let pattern = decided.pattern, !glob(asciiLowercased(pattern), matches: text) {
            throw .outsidePattern(text, pattern: pattern, source: decided.source)
        }
        if let identity = decided.identity, asciiLowercased(identity) != text {
            throw .disagreement("DNS name", said: text, decided: identity, source: decided.source)
        }
    }

    /// Refuses a malformed name with its reason: no policy could permit it.
    package func checkForm(_ name: GeneralName, profile: String) throws(IssuanceRefusal) {
        switch name {
        case .dns(let text): if let fault = HostNameFault(text) { throw .malformedHostName(fault) }
        case .uri(let text): guard isCanonicalURI(text) else { throw .malformedURI(text) }
        case .ip: break
        case .email, .other:
            throw .nameNotCertified(name.description, profile: profile, certified: "DNS names, IP addresses and URIs")
        }
    }

    /// True when the profile lets a service have this name.
    package func permits(_ name: GeneralName) -> Bool {
        switch name {
        case .dns(let text): permits(dns: text)
        case .ip(let address): allowIPSANs && allowedIPRanges.contains { $0.contains(address) }
        case .uri(let text): isCanonicalURI(text) && isCanonicalUUID(text) && allowedURISANs.contains { glob($0, matches: text) }
        case .email, .other: false
        }
    }

    private func permits(dns text: String) -> Bool {
        let isWildcard = text.hasPrefix("*.")
        guard HostNameFault(text) == nil, text == asciiLowercased(text) else { return false }
        if isWildcard && !allowWildcardCertificates { return false }
        if text == "localhost" { return allowLocalhost }
        return allowAnyName
            || allowedDomains.contains { domain in
                (allowBareDomains && text == domain)
                    || (allowSubdomains && text.hasSuffix(".\(domain)"))
                    || (allowGlobDomains && domain.contains("*") && glob(domain, matches: text))
            }
    }
}

private func dnsName(_ name: GeneralName) -> String? {
    if case .dns(let text) = name { text } else { nil }
}

/// False for a `urn:uuid:` name whose digits are no UUID.
private func isCanonicalUUID(_ uri: String) -> Bool { !uri.hasPrefix("urn:uuid:") || uuidOfURN(.uri(uri)) != nil }
