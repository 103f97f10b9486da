internal import ArgumentParser
internal import CertificateClient
internal import DurableFiles
internal import Glibc

/// The program `ca-client`.
package enum ClientProgram {
    /// Runs the command line of this process and ends it.
    package static func main() async -> Never {
        CoreDumps.forbid()
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await run(arguments, session: .ofThisProcess()))
    }

    /// - Returns: 0 done, 1 refused or failed, 64 wrong usage.
    package static func run(_ arguments: [String], session: ClientSession) async -> Int32 {
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            guard let work = command as? any ClientCommand else {
                try command.run()
                return 0
            }
            try await work.run(in: session)
            return 0
        } catch let error as ClientError {
            session.output.error("ca-client: \(error.description)")
            return 1
        } catch {
            return tell(error, session)
        }
    }

    /// Help, versions and mistakes in the arguments, as the parser reports them.
    private static func tell(_ error: any Error, _ session: ClientSession) -> Int32 {
        let code = RootCommand.exitCode(for: error)
        guard code != .success else {
            session.output.text(RootCommand.fullMessage(for: error))
            return 0
        }
        let message = RootCommand.message(for: error)
        session.output.error("ca-client: \(message) · remedy: see ca-client --help and ca-client COMMAND --help")
        return code == .validationFailure ? 64 : 1
    }
}

/// A command that talks to the CA or to files.
protocol ClientCommand: AsyncParsableCommand, Sendable {
    func run(in session: ClientSession) async throws(ClientError)
}

/// The list of commands.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca-client",
        abstract: "Enrols and renews certificates, and administers the certificate authority.",
        discussion: """
            Environment: CA_ADDR (default https://127.0.0.1:8443), CA_CACERT (the root, see ca-client trust), CA_TOKEN or CA_TOKEN_FILE, \
            CA_TICKET. VAULT_ADDR, VAULT_CACERT and VAULT_TOKEN are read where the former are not set.
            Exit status: 0 done, 1 refused or failed, 64 wrong usage.

            Example: CA_TICKET=$(cat ticket) ca-client enroll --profile device --id 6f1c2c1e-54a2-4a5e-9a55-8d6b1f1f0a01 --out ./device
            """,
        subcommands: [
            TrustCommand.self, TicketCommand.self, EnrollCommand.self, RenewCommand.self, AgentCommand.self, RevokeCommand.self,
            SearchCommand.self, ShowCommand.self, StatusCommand.self, TokenCommand.self, AuditCommand.self,
        ])
}
