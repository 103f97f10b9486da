import PKI

/// Exactly the extensions of a leaf, each once; only key usage is critical, and the alternative names where they alone
/// name the holder.
struct ExtensionSetLint: Lint {
    let name = "extension_set"
    let citation = "RFC 5280 §4.2"

    private static let expected: [ObjectIdentifierDER] = [
        .subjectKeyIdentifier, .authorityKeyIdentifier, .keyUsage, .extKeyUsage, .subjectAltName, .authorityInfoAccess,
        .cRLDistributionPoints,
    ]

    func check(_ subject: LintSubject) -> String? {
        let certificate = subject.certificate
        // As many as expected, and every expected one is there: then none is there twice.
        guard certificate.extensions.count == Self.expected.count else { return "there are \(certificate.extensions.count) extensions" }
        for oid in Self.expected {
            guard let found = certificate.extension(oid) else {
                return "the extension \(oid) is missing"
            }
            let isCritical = oid == .keyUsage || (oid == .subjectAltName && certificate.subject.isAtEnd)
            guard found.isCritical == isCritical else { return "wrong criticality of \(oid)" }
        }
        return nil
    }
}

/// A leaf is no CA.
struct BasicConstraintsLint: Lint {
    let name = "basic_constraints"
    let citation = "RFC 5280 §4.2.1.9"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.value(of: .basicConstraints) == nil ? nil : "a leaf must not have basic constraints"
    }
}

/// Never a CA's usages; keyAgreement for EC keys only, keyEncipherment for RSA keys only.
struct KeyUsageLint: Lint {
    let name = "key_usage"
    let citation = "RFC 5280 §4.2.1.3, RFC 3279 §2.3.1, RFC 8410 §5, RFC 9295"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .keyUsage) else { return "missing" }
        let content = Array(value.bytes[try value.next(0x03).content])
        try value.requireEnd()
        // One octet of bits holds all that a leaf may have; DER leaves trailing zeros out (X.690 §11.2.2).
        guard content.count == 2, content[1].trailingZeroBitCount == Int(content[0]) else { return "it is no short, minimal BIT STRING" }
        var expected: UInt8 = 0
        for usage in subject.plan.profile.keyUsage(for: subject.plan.publicKey.algorithm) { expected |= 0x80 >> usage.position }
        return content[1] == expected ? nil : "its bits are \(hexadecimal([content[1]])), expected \(hexadecimal([expected]))"
    }
}

/// serverAuth and clientAuth as the profile says, nothing else: never anyExtendedKeyUsage or OCSPSigning.
struct ExtendedKeyUsageLint: Lint {
    let name = "extended_key_usage"
    let citation = "RFC 5280 §4.2.1.12, RFC 6960 §4.2.2.2"

    /// 1.3.6.1.5.5.7.3.1 and .2
    private static let serverAuth = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01])
    private static let clientAuth = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02])

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .extKeyUsage) else { return "missing" }
        var purposes = try value.open(0x30)
        try value.requireEnd()
        var (server, client) = (0, 0)
        while !purposes.isAtEnd {
            switch try purposes.objectIdentifier() {
            case Self.serverAuth: server += 1
            case Self.clientAuth: client += 1
            case let other: return "\(other) is not allowed"
            }
        }
        let profile = subject.plan.profile
        return server == (profile.serverFlag ? 1 : 0) && client == (profile.clientFlag ? 1 : 0) ? nil : "it is not the profile's"
    }
}

/// The authority's key identifier is the issuer's, and nothing else identifies it; the subject's is that of its key.
struct KeyIdentifierLint: Lint {
    let name = "key_identifiers"
    let citation = "RFC 5280 §4.2.1.1, §4.2.1.2"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var authority = subject.certificate.value(of: .authorityKeyIdentifier),
            var own = subject.certificate.value(of: .subjectKeyIdentifier)
        else { return "missing" }
        var fields = try authority.open(0x30)
        try authority.requireEnd()
        let issuer = try fields.next(0x80).content
        try fields.requireEnd()
        guard fields.bytes.hold(subject.issuer.certificate.subjectKeyIdentifier ?? [], at: issuer) else {
            return "the authority's is not the issuer's"
        }
        let key = try own.next(0x04).content
        try own.requireEnd()
        return own.bytes.hold(subject.plan.publicKey.keyIdentifier, at: key) ? nil : "the subject's is not its key's"
    }
}

/// Exactly the planned names, in order.
struct AlternativeNameLint: Lint {
    let name = "subject_alternative_name"
    let citation = "RFC 5280 §4.2.1.6"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .subjectAltName) else { return "missing" }
        var list = try value.open(0x30)
        try value.requireEnd()
        for planned in subject.plan.names.names {
            guard !list.isAtEnd else { return "a planned name is missing" }
            guard GeneralName(try list.next(), in: list.bytes) == planned else { return "the names are not as planned" }
        }
        return list.isAtEnd ? nil : "there are more names than planned"
    }
}

/// Exactly one http distribution point and one caIssuers location: Erlang brokers refuse leaves without the former.
struct LocationLint: Lint {
    let name = "locations"
    let citation = "RFC 5280 §4.2.1.13, §4.2.2.1"

    /// 1.3.6.1.5.5.7.48.2
    private static let caIssuers = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02])

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard let points = subject.certificate.value(of: .cRLDistributionPoints) else { return "no distribution point" }
        let locations = subject.issuer.locations
        guard points.bytes.hold(Array(locations.crl.utf8), at: try distributionPoint(points)), locations.crl.hasPrefix("http://") else {
            return "the distribution point is not the issuer's"
        }
        guard let access = subject.certificate.value(of: .authorityInfoAccess), let location = try issuerLocation(access),
            access.bytes.hold(Array(locations.certificate.utf8), at: location)
        else { return "authority information access is not the issuer's certificate" }
        return nil
    }

    /// DistributionPoint ::= [0] { [0] { [6] URI } }, around exactly one URI.
    private func distributionPoint(_ value: DERReader) throws(DERError) -> Range<Int> {
        var level = value
        for tag: UInt8 in [0x30, 0x30, 0xA0, 0xA0] {
            let inner = try level.open(tag)
            try level.requireEnd()
            level = inner
        }
        let uri = try level.next(0x86)
        try level.requireEnd()
        return uri.content
    }

    private func issuerLocation(_ value: DERReader) throws(DERError) -> Range<Int>? {
        var value = value
        var list = try value.open(0x30)
        try value.requireEnd()
        var description = try list.open(0x30)
        guard list.isAtEnd, try description.nextIs(Self.caIssuers) else { return nil }
        let uri = try description.next(0x86)
        try description.requireEnd()
        return uri.content
    }
}
