internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client status`.
struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell how the CA is, or with --dir how a local pair is.",
        discussion: """
            The CA shows strangers the codes of its alarms, and the holder of a token all that they say. With --dir the exit status is 1 when the pair \
            is missing, broken or expired.

            Example: ca-client status
            Example: ca-client status --dir ./device --json
            """)

    @Option(help: ArgumentHelp("A directory that enroll filled.", valueName: "dir"))
    var dir: String?

    @OptionGroup var output: OutputOptions

    func run(in session: ClientSession) async throws(ClientError) {
        guard let dir else {
            let address = try session.environment.address().description
            let health = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
                try await client.health()
            }
            return try session.output.report(HealthReport(address: address, health: health), as: output)
        }
        let summary = try CredentialStore(directory: dir).inspect()
        let now = session.surroundings.now()
        try session.output.report(PairReport(summary: summary, now: now), as: output)
        guard summary.isValid(at: now) else {
            throw .expiredCredentials(directory: dir, commonName: summary.commonName, notAfter: summary.notAfter)
        }
    }
}

private struct HealthReport: Report {
    let address: String
    let health: ServerHealth

    private enum CodingKeys: String, CodingKey { case address }

    func encode(to encoder: any Encoder) throws {
        try health.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(address, forKey: .address)
    }

    var text: String {
        table([
            ("address", address), ("initialized", health.initialized ? "yes" : "no"), ("sealed", health.sealed ? "yes" : "no"),
            ("version", health.version), ("server time", health.serverTime.map { $0.description }),
            ("alarms", health.alarms.map { $0.isEmpty ? "none" : $0.joined(separator: "; ") }),
        ])
    }
}

private struct PairReport: Report {
    let directory: String
    /// `valid`, `due` or `expired`.
    let state: String
    let serialNumber: String
    let commonName: String
    let notBefore: UnixTime
    let notAfter: UnixTime
    let renewAt: UnixTime
    /// Whole days, rounded down; negative after expiry.
    let daysLeft: Int64
    let secondsLeft: Int64

    init(summary: CredentialSummary, now: UnixTime) {
        directory = summary.directory
        serialNumber = summary.serialNumber
        commonName = summary.commonName
        notBefore = summary.notBefore
        notAfter = summary.notAfter
        renewAt = summary.renewAt
        secondsLeft = summary.notAfter - now
        daysLeft = Int64((Double(secondsLeft) / 86_400).rounded(.down))
        let valid = summary.isValid(at: now)
        state = valid ? (now >= summary.renewAt ? "due" : "valid") : "expired"
    }

    enum CodingKeys: String, CodingKey {
        case directory, state
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAt = "renew_at"
        case daysLeft = "days_left"
        case secondsLeft = "seconds_left"
    }

    var text: String {
        table([
            ("directory", directory), ("state", state), ("serial number", serialNumber), ("common name", commonName),
            ("not after", "\(notAfter) (\(daysLeft) days left)"), ("renew at", renewAt.description),
        ])
    }
}
