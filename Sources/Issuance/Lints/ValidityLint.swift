import PKI

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
