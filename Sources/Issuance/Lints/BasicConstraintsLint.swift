import PKI

/// A leaf is no CA.
struct BasicConstraintsLint: Lint {
    let name = "basic_constraints"
    let citation = "RFC 5280 §4.2.1.9"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.value(of: .basicConstraints) == nil ? nil : "a leaf must not have basic constraints"
    }
}
