import PKI

/// The issuer's name is the issuing CA's subject, octet for octet.
struct IssuerNameLint: Lint {
    let name = "issuer_name"
    let citation = "RFC 5280 §4.1.2.4"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.octets(subject.certificate.issuer).elementsEqual(subject.issuer.certificate.subjectDER)
            ? nil : "the issuer's name is not its subject"
    }
}
