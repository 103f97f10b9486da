import Authority
import Ledger
import ArgumentParser
import DurableFiles
import Operations
import SQLiteLedger

/// `ca-server admin-token`.
struct AdminTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin-token",
        abstract: "Make a new admin token, when the old one has expired or is lost.",
        discussion: """
            The server must be stopped. The new token replaces DIR/admin.token; older admin tokens stay good until they end, unless --revoke-others ends
            every other token and ticket: whoever had a stolen admin token may have made some.

            Example: ca-server admin-token --data /var/lib/signet --revoke-others
            """)

    @OptionGroup var common: CommonOptions

    @Flag(name: .long, help: "End every other token and ticket.")
    var revokeOthers = false

    private struct Answer: Encodable {
        let admin_token: String
        let days: Int64
        /// Whether every other token and ticket was revoked.
        let revoked_others: Bool
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let directory = common.directory
            try StartingState(directory: directory).checkFiles()
            try DurableFile.probe(directory.path)
            let ledger = try SQLiteLedger.open(path: directory.ledger)
            var generator = AnyGenerator(base: System.randomness.generator())
            do {
                try await StartingState(directory: directory).checkAge(of: ledger, anchor: nil)
                let id = try await AdminToken.make(
                    in: ledger, file: directory.adminToken, action: .tokenCreate, clock: System.clock, using: &generator)
                if revokeOthers { try await AdminToken.revokeOthers(besides: id, in: ledger, clock: System.clock) }
            } catch {
                await ledger.close()
                throw error
            }
            await ledger.close()
            if common.json {
                return try printJSON(Answer(admin_token: directory.adminToken, days: AdminToken.days, revoked_others: revokeOthers))
            }
            try StandardStream.output.write(
                "Admin token (\(AdminToken.days) days): \(directory.adminToken)\n\(revokeOthers ? "Every other token and ticket is revoked.\n" : "")"
            )
        }
    }
}
