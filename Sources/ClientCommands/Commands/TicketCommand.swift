internal import APISchema
internal import ArgumentParser
internal import CertificateClient

/// `ca-client ticket`.
struct TicketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ticket", abstract: "Make enrolment tickets.",
        discussion: "Example: ca-client ticket create --profile device --id 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01",
        subcommands: [CreateTicketCommand.self])
}

/// `ca-client ticket create`.
struct CreateTicketCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a ticket that may enrol one identity, or new ones that match a pattern.",
        discussion: """
            The ticket alone is printed on standard output.

            Example, one device:   ca-client ticket create --profile device --id 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01 --type sensor
            Example, a station:    ca-client ticket create --profile device --pattern '*' --uses 20 --ttl 8h
            Example, a service:    ca-client ticket create --profile service --id db.internal --ip 10.0.0.9
            """)

    @Option(help: ArgumentHelp("The certificate profile.", valueName: "name"))
    var profile: String

    @Option(help: ArgumentHelp("The device's UUID, or the service's first DNS name or else address.", valueName: "id"))
    var id: String?

    @Option(help: ArgumentHelp("A pattern new identities must match: * is any run, ? one character.", valueName: "glob"))
    var pattern: String?

    @Option(help: ArgumentHelp("Decides the certificate's organization.", valueName: "name"))
    var organization: String?

    @Option(help: ArgumentHelp("Decides the device type.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("A DNS name that the service may have beside its id; may be repeated.", valueName: "name"))
    var dns: [String] = []

    @Option(help: ArgumentHelp("An address that the service may have; may be repeated.", valueName: "address"))
    var ip: [String] = []

    @Option(help: ArgumentHelp("A URI that the service may have; may be repeated.", valueName: "uri"))
    var uri: [String] = []

    @Option(help: ArgumentHelp("How many certificates it is good for.", valueName: "count"))
    var uses = 1

    @Option(help: ArgumentHelp("How long it is good for, such as 24h or 7d.", valueName: "duration"))
    var ttl: DurationArgument = .day

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (id == nil) != (pattern == nil) else { throw ValidationError("exactly one of --id and --pattern is needed") }
        guard id != nil || (dns + ip + uri).isEmpty else { throw ValidationError("--dns, --ip and --uri go with --id") }
        guard uses >= 1 else { throw ValidationError("--uses must be at least 1") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let ticket = TicketRequest(
            profile: profile, id: id, pattern: pattern, organization: organization, type: type, dnsNames: dns.isEmpty ? nil : dns,
            addresses: ip.isEmpty ? nil : ip, uris: uri.isEmpty ? nil : uri)
        let request = TokenRequest(ttl: ttl.text, numUses: uses, ticket: ticket)
        let auth = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            try await client.createToken(request)
        }
        try session.output.report(TicketReport(auth), as: output)
    }
}

private struct TicketReport: Report {
    let ticket: String
    let accessor: String
    let uses: Int
    /// Seconds.
    let ttl: Int

    init(_ auth: AuthBlock) {
        ticket = auth.clientToken
        accessor = auth.accessor
        uses = auth.numUses
        ttl = auth.leaseDuration
    }

    var text: String { ticket }
}
