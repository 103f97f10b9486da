internal import APISchema
internal import ArgumentParser
internal import CertificateClient

/// `ca-client token`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make tokens for people and services, and end them.",
        discussion: "Example: ca-client token create --policy auditor --display-name anna --ttl 90d",
        subcommands: [CreateTokenCommand.self, RevokeTokenCommand.self])
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

/// `ca-client token revoke`.
struct RevokeTokenCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a token or ticket at once, with all that it made.",
        discussion: """
            Names it by its accessor, which the audit log shows (ca-client audit --action token_create). With - the token itself is read from standard
            input, so that it stands in no list of processes; one that is not there counts as revoked.

            Example: ca-client token revoke 5f0c1d2e3a4b5c6d7e8f9a0b
            Example: ca-client token revoke - < leaked.token
            """)

    @Argument(help: ArgumentHelp("The accessor; - reads the token from standard input.", valueName: "accessor"))
    var accessor: String

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !accessor.hasPrefix("signet-") else {
            throw ValidationError(
                "that is a token, not an accessor: everybody on this machine can see arguments; give - and the token on standard input")
        }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let request = try reference()
        try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            try await client.revokeToken(request)
        }
        try session.output.report(RevokedTokenReport(accessor: request.accessor), as: output)
    }

    private func reference() throws(ClientError) -> RevokeTokenRequest {
        guard accessor == "-" else { return RevokeTokenRequest(accessor: accessor) }
        guard let token = readLine()?.trimmingPrefix(while: \.isWhitespace), !token.isEmpty else {
            throw .credentialMissing(.administration)
        }
        return RevokeTokenRequest(token: String(token))
    }
}

private struct RevokedTokenReport: Report {
    let revoked = true
    let accessor: String?

    var text: String { "revoked\(accessor.map { ": \($0)" } ?? "")" }
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
