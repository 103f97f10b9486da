internal import ArgumentParser
internal import CertificateClient
internal import Glibc
internal import Pauses

/// `ca-client agent`.
struct AgentCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Keep a directory supplied with a valid certificate.",
        discussion: """
            Enrols when there is no valid pair (give --profile and what enroll takes), renews when it is due, and runs a command after each \
            change with CERT_FILE, KEY_FILE, CHAIN_FILE and CA_FILE set. Runs until it is stopped; with --once it makes one pass. With --once --wait it \
            ends as soon as there is a valid pair, whether or not the CA is up: put it before the start of a service. A pair that another process \
            puts there is noticed within seconds. SIGHUP: look at once, and try again what failed.

            Example: ca-client agent --dir /etc/mosquitto/tls --on-change 'systemctl reload mosquitto'
            Example: ca-client agent --dir ./db --profile service --dns db.internal --ticket-file ticket --once --wait
            """)

    @Option(help: ArgumentHelp("The directory to keep.", valueName: "dir"))
    var dir: String

    @OptionGroup var enrolment: EnrolmentOptions

    @Option(help: ArgumentHelp("Run by /bin/sh -c after a change; repeated later if it fails.", valueName: "cmd"))
    var onChange: String?

    @Flag(help: "Make one pass, then exit.")
    var once = false

    @Flag(help: "With --once: exit at once with a valid pair, else wait for the CA.")
    var wait = false

    @OptionGroup var output: OutputOptions

    private var mode: AgentMode {
        guard once else { return .forever }
        return wait ? .onceOrWait : .once
    }

    func run(in session: ClientSession) async throws(ClientError) {
        if mode == .forever { Self.endOnSignals() }
        HangUp.isARequest()
        let request = try enrolment.checked()
        let credential = try session.environment.enrolmentCredential(ticketFile: enrolment.ticketFile)
        let store = CredentialStore(directory: session.absolute(dir))
        let summary = try await session.connected(credential: credential, connectTimeout: 3) { (client) async throws(ClientError) in
            let agent = RenewalAgent(
                store, client: client, enrolment: request, logger: session.logger, nudges: { HangUp.count },
                onChange: handler(store, session))
            return try await agent.run(mode)
        }
        try session.output.report(CredentialReport(summary: summary, outcome: "valid"), as: output)
    }

    /// A directory survives a stop at any point, so the daemon ends at once; without this, SIGTERM would not reach it as the first process of a container.
    private static func endOnSignals() {
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in _exit(0) }
        }
    }

    private func handler(_ store: CredentialStore, _ session: ClientSession) -> RenewalAgent.ChangeHandler? {
        guard let onChange else { return nil }
        var variables = session.environment.withoutSecrets
        variables["CERT_FILE"] = store.certificateFile
        variables["KEY_FILE"] = store.keyFile
        variables["CHAIN_FILE"] = store.chainFile
        variables["CA_FILE"] = store.rootFile
        let command = ShellCommand(onChange, environment: variables, clock: session.surroundings.clock)
        return { _ in
            do throws(CommandFailure) { try await command.run() } catch {
                switch error {
                case .failed(let line, let outcome): throw ClientError.commandFailed(command: line, outcome: outcome)
                case .cancelled: throw ClientError.cancelled
                }
            }
        }
    }
}
