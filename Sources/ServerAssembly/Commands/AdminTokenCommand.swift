import Authority
import Ledger
import ArgumentParser
import DurableFiles
import SQLiteLedger

/// `ca-server admin-token`.
struct AdminTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin-token",
        abstract: "Make a new admin token, when the old one has expired or is lost.",
        discussion: """
            The server must be stopped. The new token replaces DIR/admin.token; older admin tokens stay good until they end.

            Example: ca-server admin-token --data /var/lib/signet
            """)

    @OptionGroup var common: CommonOptions

    private struct Answer: Encodable {
        let admin_token: String
        let days: Int64
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
                try await AdminToken.make(in: ledger, file: directory.adminToken, action: .tokenCreate, using: &generator)
            } catch {
                await ledger.close()
                throw error
            }
            await ledger.close()
            if common.json { return try printJSON(Answer(admin_token: directory.adminToken, days: AdminToken.days)) }
            try StandardStream.output.write("Admin token (\(AdminToken.days) days): \(directory.adminToken)\n")
        }
    }
}
