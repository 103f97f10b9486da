import PKI

/// Extensions need version 3.
struct VersionLint: Lint {
    let name = "version"
    let citation = "RFC 5280 §4.1.2.1"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.tbs.hold([0x02, 0x01, 0x02], at: subject.certificate.version) ? nil : "the version is not 3"
    }
}

/// 16 octets, positive, as planned.
struct SerialNumberLint: Lint {
    let name = "serial_number"
    let citation = "RFC 5280 §4.1.2.2"

    func check(_ subject: LintSubject) -> String? {
        let octets = subject.certificate.octets(subject.certificate.serialNumber)
        guard octets.count == 16, let first = octets.first, (0x40...0x7F).contains(first) else {
            return "expected 16 octets from 0x40 to 0x7F on, found \(octets.count)"
        }
        return subject.certificate.tbs.hold(subject.plan.serialNumber.octets, at: subject.certificate.serialNumber)
            ? nil : "it is not the planned serial number"
    }
}

/// The algorithm inside the signed bytes is the one the CA's key signs with, as the one outside is.
struct SignatureAlgorithmLint: Lint {
    let name = "signature_algorithm"
    let citation = "RFC 5280 §4.1.1.2, §4.1.2.3"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.tbs.hold(subject.issuer.key.signatureAlgorithm, at: subject.certificate.signatureAlgorithm)
            ? nil : "it is not the CA key's"
    }
}

/// The issuer's name is the issuing CA's subject, octet for octet.
struct IssuerNameLint: Lint {
    let name = "issuer_name"
    let citation = "RFC 5280 §4.1.2.4"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.tbs.hold(subject.issuer.certificate.subjectDER, at: subject.certificate.issuer)
            ? nil : "the issuer's name is not its subject"
    }
}

/// As planned, no longer than the profile allows, and inside the issuer's own validity.
struct ValidityLint: Lint {
    let name = "validity"
    let citation = "RFC 5280 §4.1.2.5"

    func check(_ subject: LintSubject) -> String? {
        let (notBefore, notAfter) = (subject.certificate.notBefore, subject.certificate.notAfter)
        guard notBefore == subject.plan.notBefore, notAfter == subject.plan.notAfter else { return "it is not the planned period" }
        guard notBefore < notAfter else { return "it ends before it begins" }
        guard notAfter - notBefore + 1 <= subject.plan.profile.ttl else { return "it is longer than the profile's lifetime" }
        guard notBefore >= subject.issuer.certificate.notBefore, notAfter <= subject.issuer.certificate.notAfter else {
            return "it is not inside the issuer's"
        }
        return nil
    }
}

/// O, OU, CN in this order, as planned, each at most once, each a UTF8String.
struct SubjectLint: Lint {
    let name = "subject"
    let citation = "RFC 5280 §4.1.2.6"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        let names = subject.plan.names
        let expected: [(ObjectIdentifierDER, String?)] = [
            (.organization, names.organization), (.organizationalUnit, names.organizationalUnit), (.commonName, names.commonName),
        ]
        var found = subject.certificate.subject
        for case (let type, let value?) in expected {
            guard !found.isAtEnd else { return "an attribute is missing" }
            guard try isUTF8String(&found, type: type, of: value) else { return "an attribute is not as planned" }
            // As many octets at least as characters.
            guard value.utf8.count <= 64 || value.unicodeScalars.count <= 64, !value.utf8.contains(0) else {
                return "an attribute is too long or has a NUL"
            }
        }
        return found.isAtEnd ? nil : "there are more attributes than planned"
    }

    /// Octet for octet: two texts that Unicode calls equal are different names to a broker.
    private func isUTF8String(_ name: inout DERReader, type: ObjectIdentifierDER, of text: String) throws(DERError) -> Bool {
        var relative = try name.open(0x31)
        var attribute = try relative.open(0x30)
        guard relative.isAtEnd, try attribute.nextIs(type) else { return false }
        let value = try attribute.next()
        return attribute.isAtEnd && value.tag == 0x0C && attribute.bytes.hold(Array(text.utf8), at: value.content)
    }
}

/// The certified key is the one that proved possession.
struct PublicKeyLint: Lint {
    let name = "public_key"
    let citation = "RFC 5280 §4.1.2.7"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.tbs.hold(subject.plan.publicKey.der, at: subject.certificate.publicKey)
            ? nil : "it is not the requested key"
    }
}
