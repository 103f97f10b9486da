import ArgumentParser

/// `crl-publisher once`
struct OnceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "once",
        abstract: "Looks at the CA once, publishes what is new, and exits.",
        discussion: """
            Example, before a broker starts:
              crl-publisher once --source http://ca.internal:8080 --trust /etc/ca/root.pem --output /var/lib/crl

            Exit status: 0 when the directory holds what the CA publishes, 1 when something was refused or failed, 64 usage.
            """)

    @OptionGroup var options: PublisherOptions

    func run() async throws {
        try await reportingFailures {
            let session = try Session(options, interval: .seconds(1))
            let done: Bool
            do throws(PublishingFailure) {
                try await session.publisher.start()
                done = await session.publisher.once()
            } catch {
                try await session.source.close()
                throw error
            }
            try await session.source.close()
            if !done { throw ExitCode(1) }
        }
    }
}
