import ArgumentParser
import Authority
import DurableFiles
import KeyCustody
import Ledger
import Operations
import PKI

/// `ca-server issuer`: successors of the issuing CAs.
struct IssuerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issuer", abstract: "Make a further issuing CA, or retire one.",
        discussion: "Example: ca-server issuer prepare devices-2 --data /var/lib/signet",
        subcommands: [IssuerPrepareCommand.self, IssuerRetireCommand.self])
}

/// `ca-server issuer prepare`.
struct IssuerPrepareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make a further issuing CA, such as the successor of one that ends, and sign it with the root's key.",
        discussion: """
            Needs DIR/root/ (bring it back from its safe place for the ceremony) and the secret that opens the other issuers' keys, which seals the \
            new one. Run it as the server's user. The issuer is named in DIR/issuers.yaml; a server knows it after a restart, publishes its CRL, and \
            then profiles may name it (issuer_ref). A ceremony that was cut off is finished by holding it again.

            NAME stands in file names and addresses: lower-case letters and digits, with single hyphens, a letter first.

            Example: ca-server issuer prepare devices-2 --data /var/lib/signet
            """)

    @Argument(help: "The new issuer's name.")
    var name: String

    @OptionGroup var common: CommonOptions

    private struct Answer: Encodable {
        let issuer: String
        let serial_number: String
        let sha256: String
        let not_after: UnixTime
        let certificate: String
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let (directory, environment) = (common.directory, try common.environment())
            let configuration = try ServerConfiguration.read(directory.configuration, environment: environment)
            let name = try IssuerName(issuing: name)
            var generator = AnyGenerator(base: System.randomness.generator())
            let certificate = try await IssuerCeremony.run(
                name, in: directory, publicURL: configuration.publicURL.description,
                secrets: (
                    environment.issuerSecret.find(beside: directory.unsealKey), environment.rootSecret.find(beside: directory.rootUnsealKey)
                ),
                now: System.clock.now, using: &generator)
            let file = directory.path(of: "issuers/\(name).pem")
            if common.json {
                return try printJSON(
                    Answer(
                        issuer: name.description, serial_number: certificate.serialNumber.description,
                        sha256: hexadecimal(certificate.sha256), not_after: certificate.notAfter, certificate: file))
            }
            try StandardStream.output.write(
                """
                Issuer \(name) is made, good until \(certificate.notAfter): \(file)
                Restart the server: it publishes crl/\(name).crl. Give that list to everything that checks one, and then name \(name) in policies/profiles.
                Move \(directory.root) back to its safe place.

                """)
        }
    }
}

/// `ca-server issuer retire`.
struct IssuerRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Retire an issuing CA: it issues nothing more, and goes on to sign its CRL.",
        discussion: """
            Does not need the root's key. A profile that still names the issuer is an error, as it would be at the next start. A server retires the \
            issuer at its restart; revocations of the certificates it issued are published as before. When the last of them has expired its entry in \
            DIR/issuers.yaml can be deleted.

            Example: ca-server issuer retire devices --default devices-2 --data /var/lib/signet
            """)

    @Argument(help: "The issuer's name.")
    var name: String

    @Option(
        name: .customLong("default"),
        help: ArgumentHelp("The issuer that pki/ca and pki/crl speak of from now on; needed when it is the retired one.", valueName: "name")
    )
    var standard: String?

    @OptionGroup var common: CommonOptions

    private struct Answer: Encodable {
        let issuer: String
        let state: String
        let `default`: String
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let (directory, environment) = (common.directory, try common.environment())
            let configuration = try ServerConfiguration.read(directory.configuration, environment: environment)
            let list = try IssuerCeremony.changing(directory) { list in
                let next = try list.retiring(name, standard: standard)
                // As the next start will read it: what that would refuse is not written.
                let opened = try OpenedIssuers(directory, configuration, environment, list: next)
                _ = try PolicyLoading(directory: directory, configuration: configuration, opened: opened).load()
                return next
            }
            if common.json {
                return try printJSON(Answer(issuer: name, state: "retired", default: list.standard.description))
            }
            try StandardStream.output.write(
                "Issuer \(name) is retired; the default issuer is \(list.standard). Restart the server: from then on it signs its CRL alone.\n"
            )
        }
    }
}
