import DurableFiles
import ArgumentParser
import Foundation
import Glibc
import Logging
import Operations

/// `ca-server serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the CA.",
        discussion: """
            Ready when GET /v1/sys/health answers 200. SIGTERM finishes what is under way and exits 0; SIGHUP reads DIR/policies again.
            Every setting of config.yaml can be overridden by the environment: CA_LISTEN, CA_PUBLIC, CA_PUBLIC_URL …

            A ledger that was restored, or is older than the published lists or the anchor say, is served only after --recover.

            Example: ca-server serve --data /var/lib/signet --listen 0.0.0.0:8443 --public 0.0.0.0:8080
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Configuration file. Default: DIR/config.yaml.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Address of the HTTPS API. Default: 127.0.0.1:8443.", valueName: "host:port"))
    var listen: String?

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("Address of the public HTTP listener. Default: 127.0.0.1:8080.", valueName: "host:port"))
    var publicAddress: String?

    @Flag(help: "The clock is right, though the ledger has records from later: they were made with a wrong one. Audited.")
    var trustClock = false

    @Flag(help: "The ledger was restored or may be old: bring it up to what is known elsewhere, then serve. Audited; revokes tokens.")
    var recover = false

    @Option(
        name: .customLong("published"),
        help: ArgumentHelp(
            "Folder of a crl-publisher: what its lists say is compared, or with --recover taken in. May be repeated.", valueName: "dir"))
    var publishedFolders: [String] = []

    func run() async throws {
        try await reporting {
            // What serve creates besides published files is nobody else's business.
            umask(0o077)
            try common.refuseOpenPlaces(configuration: config, owners: true)
            let (read, environment) = try common.configuration(config)
            let configuration = try read.overriding(listen: listen, publicListen: publicAddress)
            let isJSON = common.json
            // Also what the reader of standard error has not taken yet, if it still reads.
            defer { ServerLog.lines.flush() }
            LoggingSystem.bootstrap { ServerLog.handler(label: $0, json: isJSON) }
            var logger = Logger(label: "ca-server")
            logger.logLevel = configuration.logLevel
            if !environment.serviceLinks.isEmpty {
                logger.notice(
                    "passed over: variables that Kubernetes makes of Services",
                    metadata: ["names": "\(environment.serviceLinks.joined(separator: ", "))"])
            }
            try await Server(
                directory: common.directory, configuration: configuration, environment: environment, trustsClock: trustClock,
                recovers: recover,
                publishedElsewhere: publishedFolders, logger: logger
            ).run()
        }
    }
}
