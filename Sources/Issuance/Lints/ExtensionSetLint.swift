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
            guard let found = certificate.extensions.first(where: { certificate.octets($0.oid).elementsEqual(oid.content) }) else {
                return "the extension \(oid) is missing"
            }
            let isCritical = oid == .keyUsage || (oid == .subjectAltName && certificate.subject.isAtEnd)
            guard found.isCritical == isCritical else { return "wrong criticality of \(oid)" }
        }
        return nil
    }
}
