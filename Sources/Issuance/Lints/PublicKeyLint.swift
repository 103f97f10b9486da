import PKI

/// The certified key is the one that proved possession.
struct PublicKeyLint: Lint {
    let name = "public_key"
    let citation = "RFC 5280 §4.1.2.7"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.octets(subject.certificate.publicKey).elementsEqual(subject.plan.publicKey.der)
            ? nil : "it is not the requested key"
    }
}
