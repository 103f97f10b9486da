internal import ArgumentParser
internal import CertificateClient

/// `ca-client enroll`.
struct EnrollCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Make a key here and have the CA certify it.",
        discussion: """
            Writes key.pem (mode 0600), cert.pem, chain.pem, ca.pem and state.json. The key never leaves this machine. After a failure, run the \
            same command again: the same key is used, and a ticket whose answer was lost answers once more.

            Example, a device:   ca-client enroll --profile device --id 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01 --out ./device --ticket-file ticket
            Example, a service:  ca-client enroll --profile service --dns db.internal --ip 127.0.0.1 --out /etc/db/tls
            """)

    @OptionGroup var enrolment: EnrolmentOptions

    @Option(help: ArgumentHelp("The directory for the files; made when missing.", valueName: "dir"))
    var out: String

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard enrolment.profile != nil else { throw ValidationError("--profile is missing") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        guard let request = try enrolment.checked() else { return }
        let credential = try session.environment.enrolmentCredential(ticketFile: enrolment.ticketFile)
        let store = CredentialStore(directory: out)
        let summary = try await session.connected(credential: credential) { (client) async throws(ClientError) in
            try await client.enroll(request, into: store)
        }
        try session.output.report(CredentialReport(summary: summary, outcome: "enrolled"), as: output)
    }
}

extension EnrolmentOptions {
    /// `enrolment()` after `validate()` has passed.
    func checked() throws(ClientError) -> Enrolment? {
        do { return try enrolment() } catch { throw .invalidEnrolment(field: "the request", value: "", reason: error.message) }
    }
}

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
