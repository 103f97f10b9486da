import PKI

/// The algorithm inside the signed bytes is the one the CA's key signs with, as the one outside is.
struct SignatureAlgorithmLint: Lint {
    let name = "signature_algorithm"
    let citation = "RFC 5280 §4.1.1.2, §4.1.2.3"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.octets(subject.certificate.signatureAlgorithm).elementsEqual(subject.issuer.key.signatureAlgorithm)
            ? nil : "it is not the CA key's"
    }
}
