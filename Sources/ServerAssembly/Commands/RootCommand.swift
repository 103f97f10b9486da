import ArgumentParser
import DurableFiles
import Ledger
import Operations
import PKI

/// `ca-server root`: ceremonies with the root's key.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "root", abstract: "Ceremonies that need the root's key.",
        discussion: "Example: ca-server root crl --data /var/lib/signet",
        subcommands: [RootCRLCommand.self])
}

/// `ca-server root crl`.
struct RootCRLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "Sign and publish a new CRL of the root, good for 180 days; revoke an issuing CA.",
        discussion: """
            Needs DIR/root/ (bring it back from its safe place for the ceremony). A running server takes the new CRL into its bundle by itself. \
            What was revoked stays revoked in later lists; revoking it again changes nothing. A server issues nothing from a revoked CA.

            Example: ca-server root crl --data /var/lib/signet
                     ca-server root crl --data /var/lib/signet --revoke devices --reason cACompromise
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Revoke this issuing CA: a name such as devices, or a serial number.", valueName: "serial|name"))
    var revoke: String?

    @Option(help: ArgumentHelp("Why it is revoked, as RFC 5280 names it: cACompromise, superseded …", valueName: "name"))
    var reason: String?

    private struct Answer: Encodable {
        let crl_number: Int64
        let this_update: UnixTime
        let next_update: UnixTime
        let entries: Int
        let revoked: [Revoked]
    }

    private struct Revoked: Encodable {
        let serial_number: String
        let revocation_time: UnixTime
        let reason: String
    }

    func validate() throws {
        guard (revoke == nil) == (reason == nil) else { throw ValidationError("--revoke and --reason go together") }
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let (configuration, environment) = try common.configuration()
            let revocation = try revoke.map { try RootCeremony.Revocation(of: $0, reason: reason ?? "", in: common.directory) }
            let list = try await RootCeremony(directory: common.directory).renewList(
                publicURL: configuration.publicURL.description,
                secret: environment.rootSecret.find(beside: common.directory.rootUnsealKey), now: System.clock.now,
                revoking: revocation)
            try tell(list)
        }
    }

    private func tell(_ list: CertificateRevocationList) throws {
        let nextUpdate = list.nextUpdate ?? list.thisUpdate
        let revoked = list.entries().map {
            Revoked(serial_number: "\($0.serialNumber)", revocation_time: $0.date, reason: $0.reason.name)
        }
        if common.json {
            return try printJSON(
                Answer(
                    crl_number: list.number ?? 0, this_update: list.thisUpdate, next_update: nextUpdate, entries: list.entryCount,
                    revoked: revoked))
        }
        var lines = "Root CRL \(list.number ?? 0) is published, good until \(nextUpdate).\n"
        for entry in revoked {
            lines += "Revoked: \(entry.serial_number) (\(entry.reason), \(entry.revocation_time))\n"
        }
        try StandardStream.output.write(lines)
    }
}
