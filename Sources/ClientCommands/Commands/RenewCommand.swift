internal import ArgumentParser
internal import CertificateClient

/// `ca-client renew`.
struct RenewCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew", abstract: "Exchange a certificate that is due for a new one with a new key.",
        discussion: """
            The present certificate is the credential; no token is needed. A certificate that is not due is left alone.

            Example: ca-client renew --dir ./device --force
            """)

    @Option(help: ArgumentHelp("The directory that enroll filled.", valueName: "dir"))
    var dir: String

    @Flag(help: "Renew also when it is not due yet.")
    var force = false

    @OptionGroup var output: OutputOptions

    func run(in session: ClientSession) async throws(ClientError) {
        let store = CredentialStore(directory: dir)
        let outcome = try await session.connected(credential: nil) { (client) async throws(ClientError) in
            try await client.renew(store, force: force)
        }
        let report =
            switch outcome {
            case .renewed(let summary): CredentialReport(summary: summary, outcome: "renewed")
            case .notDue(let summary): CredentialReport(summary: summary, outcome: "not_due")
            }
        try session.output.report(report, as: output)
    }
}
