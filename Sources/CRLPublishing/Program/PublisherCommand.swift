import ArgumentParser
import DurableFiles
import Foundation
import HTTPFront
package import Logging
package import PKI
import Pauses
import PublicServer
import ServiceLifecycle
import UnixSignals

/// `crl-publisher`
struct PublisherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl-publisher",
        abstract: "Brings the CRLs of a CA to brokers and servers, verified and atomically.",
        discussion: """
            Every list is verified against the root and against the list before it. When anything is wrong, the files stay as they are \
            and no command runs. The output directory holds <issuer>.crl (DER), <issuer>.crl.pem and bundle.crl.pem (every issuer and the root).

            Exit status: 0 done, 1 refused or failed, 64 usage.
            """,
        subcommands: [RunCommand.self, OnceCommand.self])
}

/// The whole program: parses the process's arguments, runs and exits.
package func publisherMain() async {
    FileSizeLimit.isAnError()
    await PublisherCommand.main()
}

/// `crl-publisher run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Keeps a directory up to date with the CA until it is stopped.",
        discussion: """
            Examples:
              crl-publisher run --source http://ca.internal:8080 --trust root.pem \\
                --output /var/lib/crl --on-change 'systemctl reload mosquitto'
              crl-publisher run --source http://ca.internal:8080 --trust root.pem \\
                --output /var/lib/crl --listen 0.0.0.0:8080

            While the CA is down it waits, and what is in the directory stays in use. A command that fails is run again, after 1 s, 2 s, 4 s \
            up to a minute, until it succeeds or a newer list takes its place. With --listen the directory is served under the CA's own paths. \
            SIGHUP: look at the CA, and run a command that failed, at once.
            """)

    @OptionGroup var options: PublisherOptions

    @Option(help: ArgumentHelp("Between two looks at the CA.", valueName: "1s"), transform: parseInterval)
    var interval: Duration = .seconds(1)

    @Option(help: ArgumentHelp("Serve the directory over HTTP at this address.", valueName: "HOST:PORT"))
    var listen: String?

    func validate() throws {
        guard let listen else { return }
        do {
            _ = try ListenAddress(listen)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() async throws {
        HangUp.isARequest()
        try await Session.open(options, interval: interval) { session in
            try await serviceGroup(session).run()
        }
    }

    private func serviceGroup(_ session: Session) -> ServiceGroup {
        var services: [any Service] = [PublisherService(publisher: session.publisher, clock: session.clock) { HangUp.count }]
        if let listen {
            services.append(
                DirectoryService(address: listen, directory: session.directory, now: session.now, logger: session.lines.logger) {
                    UUID().uuidString.lowercased()
                })
        }
        return ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: session.lines.logger)
    }
}

/// `crl-publisher once`
struct OnceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "once",
        abstract: "Looks at the CA once, publishes what is new, and exits.",
        discussion: """
            Example, before a broker starts:
              crl-publisher once --source http://ca.internal:8080 --trust root.pem \\
                --output /var/lib/crl

            Exit status: 0 when the directory holds what the CA publishes, 1 when something was refused or failed, 64 usage.
            """)

    @OptionGroup var options: PublisherOptions

    func run() async throws {
        try await Session.open(options, interval: .seconds(1)) { session in
            guard await session.publisher.once() else { throw ExitCode(1) }
        }
    }
}

/// Serves the output directory under the paths of a CA's public listener, so that it can be another publisher's source, or a broker's.
package struct DirectoryService: Service {
    private let address: String
    private let directory: String
    private let environment: ListenerEnvironment
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - address: `HOST:PORT`; with port 0 `onBound` tells the port.
    ///   - now: the calendar.
    ///   - makeRequestID: a fresh lower-case UUID.
    package init(
        address: String, directory: String, now: @escaping @Sendable () -> UnixTime, logger: Logger,
        makeRequestID: @escaping @Sendable () -> String,
        onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.directory = directory
        self.logger = logger
        self.onBound = onBound
        environment = ListenerEnvironment(now: now, makeRequestID: makeRequestID)
    }

    /// Ends at graceful shutdown, after the requests in flight.
    package func run() async throws {
        let listener = makeRevocationListener(
            address: try ListenAddress(address), directory: directory, environment: environment, logger: logger, onBound: onBound)
        try await listener.run()
    }
}
