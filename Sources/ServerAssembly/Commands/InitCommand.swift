import ArgumentParser
import DurableFiles
import Operations
import PKI

/// `ca-server init`.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new CA: root, issuing CAs, policies and an admin token.",
        discussion: """
            Keys are sealed with DIR/unseal.key, or with the secret that CA_UNSEAL_KEY_FILE or CA_UNSEAL_PASSPHRASE_FILE names;
            the root's with DIR/root/unseal.key, CA_ROOT_UNSEAL_KEY_FILE or CA_ROOT_UNSEAL_PASSPHRASE_FILE.
            Afterwards move DIR/root to a safe place offline: serve does not need it.

            Example: ca-server init --data /var/lib/signet --organization acme --hostname ca.acme.internal \\
                       --service-domain acme.internal --public-url http://ca.acme.internal:8080
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Organization that devices may belong to; the first names the CA. May be repeated.", valueName: "name"))
    var organization: [String]

    @Option(help: ArgumentHelp("Domain of services; may be repeated. Default: internal.", valueName: "domain"))
    var serviceDomain: [String] = []

    @Option(help: ArgumentHelp("Public address of CRLs. Default: http://127.0.0.1:8080.", valueName: "url"))
    var publicURL: String?

    @Option(
        help: ArgumentHelp("Name or address the CA serves under; may be repeated. Default: localhost, 127.0.0.1, ::1.", valueName: "name"))
    var hostname: [String] = []

    private struct Answer: Encodable {
        let data: String
        let root_sha256: String
        let crl_numbers: [String: Int64]
    }

    func run() async throws {
        try await reporting {
            let configuration = try ServerConfiguration(
                organizations: organization, serviceDomains: serviceDomain, publicURL: publicURL, hostnames: hostname)
            let outcome = try await Initialization(
                directory: common.directory, configuration: configuration, environment: try common.environment()
            ).run()
            let fingerprint = hexadecimal(outcome.rootSHA256)
            if common.json {
                return try printJSON(Answer(data: common.directory.path, root_sha256: fingerprint, crl_numbers: outcome.crlNumbers))
            }
            try StandardStream.output.write(
                """
                The CA is in \(common.directory.path).
                Root certificate SHA-256 fingerprint: \(fingerprint)
                Admin token (\(AdminToken.days) days): \(common.directory.adminToken)
                Move \(common.directory.root) to a safe place offline now; serve does not need it.

                """)
        }
    }
}
