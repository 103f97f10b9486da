import PKI
import X509

/// The authority's key identifier is the issuer's; the subject's is there.
struct KeyIdentifierLint: Lint {
    let name = "key_identifiers"
    let citation = "RFC 5280 §4.2.1.1, §4.2.1.2"

    func check(_ subject: LintSubject) -> String? {
        do {
            let authority = try subject.certificate.extensions.authorityKeyIdentifier?.keyIdentifier.map(Array.init)
            guard authority == subject.issuer.certificate.subjectKeyIdentifier else { return "the authority's is not the issuer's" }
            let own = try subject.certificate.extensions.subjectKeyIdentifier.map { Array($0.keyIdentifier) }
            return own == subject.plan.publicKey.keyIdentifier ? nil : "the subject's is not its key's"
        } catch {
            return "undecodable: \(error)"
        }
    }
}
