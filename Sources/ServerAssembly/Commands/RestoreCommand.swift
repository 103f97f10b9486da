import ArgumentParser
import DurableFiles
import Ledger
import Operations
import PKI

/// `ca-server restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup back into a directory without a ledger.",
        discussion: """
            All of the backup is authenticated before anything of it appears in DIR. In a DIR that exists, what is missing is put back and \
            what is there stays. Afterwards put unseal.key back (or name the secret) and start once with serve --recover.

            Example: ca-server restore /backup/ca-monday --data /var/lib/signet --key-file /etc/signet/backup.key
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @OptionGroup var common: CommonOptions
    @OptionGroup var secretOptions: BackupSecretOptions

    private struct Answer: Encodable {
        let data: String
        let created_at: UnixTime
        let restored: [String]
        let kept: [String]
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            let secret = try secretOptions.secret(try common.environment())
            let directory = common.directory
            let outcome = try Restore(directory: directory, secret: secret).run(from: file, now: System.clock.now)
            if common.json {
                return try printJSON(
                    Answer(
                        data: directory.path, created_at: outcome.manifest.created_at, restored: outcome.restored.sorted(),
                        kept: outcome.kept.sorted()))
            }
            let kept = outcome.kept.isEmpty ? "" : "Kept as they were: \(outcome.kept.sorted().joined(separator: ", "))\n"
            let key = DurableFile.exists(directory.unsealKey) ? "" : "Put \(directory.unsealKey) back, or name the sealing secret.\n"
            try StandardStream.output.write(
                """
                \(directory.path) is as it was at \(outcome.manifest.created_at); files put back: \(outcome.restored.count).
                \(kept)\(key)Start it once with: ca-server serve --recover --published DIR, where DIR is the folder of a crl-publisher

                """)
        }
    }
}
