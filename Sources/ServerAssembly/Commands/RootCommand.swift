import ArgumentParser
import DurableFiles
import PKI

/// `ca-server root`: ceremonies that need the root's key.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "root", abstract: "Ceremonies that need the root's key.",
        discussion: "Example: ca-server root crl --data /var/lib/signet", subcommands: [RootCRLCommand.self])
}

/// `ca-server root crl`.
struct RootCRLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "Sign and publish a new CRL of the root, good for 180 days.",
        discussion: """
            Needs DIR/root/ (bring it back from its safe place for the ceremony). A running server takes the new CRL into its bundle by itself.

            Example: ca-server root crl --data /var/lib/signet
            """)

    @OptionGroup var common: CommonOptions

    private struct Answer: Encodable {
        let crl_number: Int64
        let this_update: Int64
        let next_update: Int64
        let entries: Int
    }

    func run() async throws {
        try await reporting {
            let environment = try common.environment()
            let configuration = try ServerConfiguration.read(common.directory.configuration, environment: environment)
            let list = try RootCeremony(directory: common.directory).renewList(configuration: configuration, environment: environment)
            let nextUpdate = list.nextUpdate ?? list.thisUpdate
            if common.json {
                return try printJSON(
                    Answer(crl_number: list.number ?? 0, this_update: list.thisUpdate, next_update: nextUpdate, entries: list.entryCount))
            }
            try StandardStream.output.write("Root CRL \(list.number ?? 0) is published, good until \(Timestamp.rfc3339(nextUpdate)).\n")
        }
    }
}
