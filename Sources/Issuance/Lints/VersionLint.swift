/// Extensions need version 3.
struct VersionLint: Lint {
    let name = "version"
    let citation = "RFC 5280 §4.1.2.1"

    func check(_ subject: LintSubject) -> String? {
        subject.certificate.octets(subject.certificate.version).elementsEqual([0x02, 0x01, 0x02]) ? nil : "the version is not 3"
    }
}
