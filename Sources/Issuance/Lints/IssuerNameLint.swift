import PKI
import X509

/// The issuer's name is the issuing CA's subject.
struct IssuerNameLint: Lint {
    let name = "issuer_name"
    let citation = "RFC 5280 §4.1.2.4"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.issuer == subject.issuer.certificate.certificate.subject ? nil : "the issuer's name is not its subject"
    }
}
