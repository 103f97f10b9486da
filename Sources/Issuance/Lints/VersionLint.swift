import X509

/// Extensions need version 3.
struct VersionLint: Lint {
    let name = "version"
    let citation = "RFC 5280 §4.1.2.1"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.version == .v3 ? nil : "the version is not 3"
    }
}
