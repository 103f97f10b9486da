import PKI

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
        let issuer = fields.bytes[try fields.next(0x80).content]
        try fields.requireEnd()
        guard issuer.elementsEqual(subject.issuer.certificate.subjectKeyIdentifier ?? []) else {
            return "the authority's is not the issuer's"
        }
        let octets = own.bytes[try own.next(0x04).content]
        try own.requireEnd()
        return octets.elementsEqual(subject.plan.publicKey.keyIdentifier) ? nil : "the subject's is not its key's"
    }
}
