import PKI

extension DeviceNaming {
    /// Refuses a device type that could stand in no certificate.
    package static func checkType(_ type: String) throws(IssuanceRefusal) { try SubjectResolver.checkText(type, .organizationalUnit) }

    /// O, OU and CN of a device, and its `urn:uuid:` name.
    func resolve(_ request: NameRequest, profile: String) throws(IssuanceRefusal) -> ResolvedNames {
        var resolver = SubjectResolver(request)
        let uuid = try identity(&resolver, request, profile)
        let organization = try organization(&resolver, request, profile)
        let type = try resolver.agreed(.organizationalUnit, decided: request.decided.organizationalUnit, asked: request.organizationalUnit)
        if let type {
            // A renewal keeps what was certified before.
            if request.decided.names == nil { try SubjectResolver.checkText(type, .organizationalUnit) }
            guard types.contains(where: { glob($0, matches: type) }) else { throw .typeNotPermitted(type, profile: profile) }
        }
        let name = GeneralName.uri("urn:uuid:\(uuid)")
        for other in (request.csr?.names ?? []) + request.names where !isSame(other, uuid) {
            throw .nameNotCertified(
                other.description, profile: profile, certified: "urn:uuid: and the device's own UUID as alternative name")
        }
        return ResolvedNames(
            identity: uuid, commonName: uuid, organization: organization, organizationalUnit: type, names: [name],
            warnings: resolver.warnings
        )
    }

    private func identity(_ resolver: inout SubjectResolver, _ request: NameRequest, _ profile: String) throws(IssuanceRefusal) -> String {
        let fromName = request.csr?.names.lazy.compactMap(uuidOfURN).first
        let text = try resolver.agreed(
            .commonName, decided: request.decided.identity, asked: request.commonName ?? fromName, canonical: canonicalUUID)
        guard let text else { throw .identityMissing(profile: profile, what: "a UUID as common name") }
        guard let uuid = canonicalUUID(text) else { throw .notAUUID(text) }
        if let pattern = request.decided.pattern, !glob(asciiLowercased(pattern), matches: uuid) {
            throw .outsidePattern(uuid, pattern: pattern, source: request.decided.source)
        }
        return uuid
    }

    private func organization(
        _ resolver: inout SubjectResolver, _ request: NameRequest, _ profile: String
    ) throws(IssuanceRefusal) -> String? {
        let said = try resolver.agreed(.organization, decided: request.decided.organization, asked: request.organization)
        guard let name = said ?? (organizations.count == 1 ? organizations.first : nil) else {
            throw .organizationMissing(profile: profile, permitted: organizations)
        }
        try SubjectResolver.checkText(name, .organization)
        // The policy's own spelling: texts that Unicode calls equal may differ in their octets, and brokers compare octets.
        guard let permitted = organizations.first(where: { $0 == name }) else {
            throw .organizationNotPermitted(name, profile: profile, permitted: organizations)
        }
        return permitted
    }

    private func isSame(_ name: GeneralName, _ uuid: String) -> Bool { uuidOfURN(name) == uuid }
}

/// The UUID of a `urn:uuid:` name in lower case (RFC 9562 §4); nil for any other name.
func uuidOfURN(_ name: GeneralName) -> String? {
    guard case .uri(let uri) = name.canonical, uri.utf8.starts(with: "urn:uuid:".utf8) else { return nil }
    return canonicalUUID(String(uri.dropFirst("urn:uuid:".count)))
}

/// A UUID in lower case with its hyphens; nil when the text is not one.
package func canonicalUUID(_ text: String) -> String? {
    let octets = Array(text.utf8)
    guard octets.count == 36 else { return nil }
    for index in octets.indices {
        switch index {
        case 8, 13, 18, 23: guard octets[index] == UInt8(ascii: "-") else { return nil }
        default: guard hexadecimalValue(octets[index]) != nil else { return nil }
        }
    }
    return asciiLowercased(text)
}
