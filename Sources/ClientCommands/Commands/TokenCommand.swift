internal import APISchema
internal import ArgumentParser
internal import CertificateClient

/// `ca-client token`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make tokens for people and services.",
        discussion: "Example: ca-client token create --policy auditor --display-name anna --ttl 90d",
        subcommands: [CreateTokenCommand.self])
}

/// `ca-client token create`.
struct CreateTokenCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token that carries access policies.",
        discussion: """
            The token alone is printed on standard output; keep it in a file of mode 0600.

            Example: (umask 077; ca-client token create --policy provisioner --display-name line-3 --ttl 30d > line-3.token)
            """)

    @Option(help: ArgumentHelp("An access policy, such as admin, auditor or provisioner. May be repeated.", valueName: "name"))
    var policy: [String] = []

    @Option(help: ArgumentHelp("Whom the audit log is to name.", valueName: "name"))
    var displayName: String?

    @Option(help: ArgumentHelp("How long it is good for, such as 24h or 90d.", valueName: "duration"))
    var ttl: DurationArgument = .day

    @Option(help: ArgumentHelp("Beyond this no renewal extends it.", valueName: "duration"))
    var explicitMaxTTL: DurationArgument?

    @Flag(inversion: .prefixedNo, help: "Whether its holder may renew it.")
    var renewable: Bool?

    @Option(help: ArgumentHelp("How many requests it is good for; 0 means any number.", valueName: "count"))
    var uses = 0

    @Flag(help: "Let it outlive the token that creates it: for administrators, to replace their own in time.")
    var orphan = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !policy.isEmpty else { throw ValidationError("--policy is missing") }
        guard uses >= 0 else { throw ValidationError("--uses must not be negative") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let request = TokenRequest(
            displayName: displayName, policies: policy, ttl: ttl.text, explicitMaxTTL: explicitMaxTTL?.text, renewable: renewable,
            numUses: uses, noParent: orphan ? true : nil)
        let auth = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            try await client.createToken(request)
        }
        try session.output.report(TokenReport(auth), as: output)
    }
}

private struct TokenReport: Report {
    let token: String
    let accessor: String
    let policies: [String]
    let renewable: Bool
    /// Seconds.
    let ttl: Int

    init(_ auth: AuthBlock) {
        token = auth.clientToken
        accessor = auth.accessor
        policies = auth.policies
        renewable = auth.renewable
        ttl = auth.leaseDuration
    }

    var text: String { token }
}
