import ArgumentParser

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
