internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// What to enrol as; `enroll` needs it, `agent` may have it for its first start.
struct EnrolmentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The certificate profile, such as device or service.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("A device's UUID.", valueName: "uuid"))
    var id: String?

    @Option(help: ArgumentHelp("A device's type (OU); the ticket's decides.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("The organization (O); the ticket's decides.", valueName: "name"))
    var organization: String?

    @Option(help: ArgumentHelp("A service's DNS name; the first is its common name. May be repeated.", valueName: "name"))
    var dns: [String] = []

    @Option(help: ArgumentHelp("A service's IP address. May be repeated.", valueName: "address"))
    var ip: [String] = []

    @Option(help: ArgumentHelp("A service's URI. May be repeated.", valueName: "uri"))
    var uri: [String] = []

    @Option(
        help: ArgumentHelp("The kind of key to make: \(keyTypes) (default: ec-p256).", valueName: "type"),
        transform: { text throws(ValidationError) in
            guard let type = KeyType(rawValue: text) else { throw ValidationError("the key type '\(text)' is none of \(keyTypes)") }
            return type
        })
    var keyType: KeyType = .p256

    @Option(help: ArgumentHelp("A file with the ticket; else CA_TICKET, CA_TOKEN or CA_TOKEN_FILE.", valueName: "file"))
    var ticketFile: String?

    func validate() throws {
        _ = try enrolment()
    }

    /// - Returns: nil when nothing was said about enrolling.
    func enrolment() throws(ValidationError) -> Enrolment? {
        guard let profile else {
            let said = id != nil || type != nil || organization != nil || !(dns + ip + uri).isEmpty
            if said { throw ValidationError("--profile is missing") }
            return nil
        }
        do throws(ClientError) {
            return try Enrolment(profile: profile, subject: try subject(profile), keyType: keyType)
        } catch { throw ValidationError(error.summary) }
    }

    private func subject(_ profile: String) throws(ClientError) -> Enrolment.Subject {
        if let id {
            guard (dns + ip + uri).isEmpty else {
                throw .invalidEnrolment(field: "the device id", value: id, reason: "excludes --dns, --ip and --uri")
            }
            return .device(id: id, organization: organization, type: type)
        }
        guard profile != "device" else { throw .invalidEnrolment(field: "the profile", value: profile, reason: "needs --id UUID") }
        guard type == nil, organization == nil else {
            throw .invalidEnrolment(field: "the profile", value: profile, reason: "takes --type and --organization only with --id")
        }
        return .service(dns: dns, ip: ip, uri: uri)
    }
}

private let keyTypes = KeyType.allCases.map(\.rawValue).joined(separator: ", ")

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
