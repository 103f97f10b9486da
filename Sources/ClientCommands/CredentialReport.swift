internal import CertificateClient
internal import PKI

/// A pair on disk, after a command made or looked at it.
struct CredentialReport: Report {
    let summary: CredentialSummary
    /// What happened: `enrolled`, `renewed`, `not_due`, `valid`.
    let outcome: String

    private enum CodingKeys: String, CodingKey {
        case outcome, directory
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAt = "renew_at"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(outcome, forKey: .outcome)
        try values.encode(summary.directory, forKey: .directory)
        try values.encode(summary.serialNumber, forKey: .serialNumber)
        try values.encode(summary.commonName, forKey: .commonName)
        try values.encode(summary.notBefore, forKey: .notBefore)
        try values.encode(summary.notAfter, forKey: .notAfter)
        try values.encode(summary.renewAt, forKey: .renewAt)
    }

    var text: String {
        table([
            ("outcome", outcome.replacing("_", with: " ")), ("directory", summary.directory), ("serial number", summary.serialNumber),
            ("common name", summary.commonName), ("not after", summary.notAfter.description),
            ("renew at", summary.renewAt.description),
        ])
    }
}
