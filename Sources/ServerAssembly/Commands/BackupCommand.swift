import ArgumentParser
import Authority
import DurableFiles
import Foundation
import KeyCustody
import Ledger
import Operations
import PKI

/// `ca-server backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write an encrypted backup, while the CA serves or not.",
        discussion: """
            Holds the ledger as it is at one moment, configuration, policies, published files, the issuing CAs' certificates and their \
            sealed keys. Never unseal.key, admin.token or anything of the root but its certificate: keep those elsewhere.
            FILE is replaced whole, mode 0600; one that is there keeps its owner, group and mode. A link is followed, and a pipe or device is \
            written into. Keep the key away from the backups.

            Example: ca-server backup /backup/ca-monday --data /var/lib/signet --key-file /etc/signet/backup.key
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @OptionGroup var common: CommonOptions
    @OptionGroup var secretOptions: BackupSecretOptions

    @Option(help: ArgumentHelp("Make a new key for this and later backups in a file that does not exist yet.", valueName: "file"))
    var newKeyFile: String?

    private struct Answer: Encodable {
        let file: String
        let created_at: UnixTime
        let audit_id: Int64
        let files: Int
        let bytes: Int64
    }

    func validate() throws {
        guard newKeyFile == nil || (secretOptions.keyFile == nil && secretOptions.passphraseFile == nil) else {
            throw ValidationError("--new-key-file makes the key; name no other secret")
        }
    }

    func run() async throws {
        try await reporting {
            try common.refuseOpenPlaces()
            var generator = AnyGenerator(base: System.randomness.generator())
            let environment = try common.environment()
            let secret =
                try newKeyFile.map { try SealingSecret.createKeyFile($0, using: &generator) }
                ?? secretOptions.secret(environment, offers: "; or make one with --new-key-file")
            let outcome = try Backup(directory: common.directory, secret: secret).write(
                to: file, now: System.clock.now, using: &generator
            ) { StandardStream.error.tell($0) }
            let manifest = outcome.manifest
            // Where the backup itself went to standard output, what is said about it would be taken for a part of it.
            let stream = outcome.isOnStandardOutput ? StandardStream.error : .output
            if common.json {
                return try printJSON(
                    Answer(
                        file: file, created_at: manifest.created_at, audit_id: manifest.audit_head.id, files: outcome.files,
                        bytes: outcome.octets), to: stream)
            }
            try stream.write(
                "\(file) holds \(common.directory.path) as of \(manifest.created_at) (\(outcome.octets) bytes).\n")
        }
    }
}

/// The secret that seals a backup: named by an option, else by the environment.
struct BackupSecretOptions: ParsableArguments {
    @Option(help: ArgumentHelp("File with 32 octets in hexadecimal or base64, mode 0600.", valueName: "file"))
    var keyFile: String?

    @Option(help: ArgumentHelp("File with a passphrase, mode 0600.", valueName: "file"))
    var passphraseFile: String?

    func validate() throws {
        guard keyFile == nil || passphraseFile == nil else { throw ValidationError("name a key file or a passphrase file, not both") }
    }

    /// - Parameter offers: what else could be done without a secret.
    func secret(_ environment: ServerEnvironment, offers: String = "") throws -> SealingSecret {
        if let keyFile { return try SealingSecret(keyFile: keyFile) }
        if let passphraseFile { return try SealingSecret(passphraseFile: passphraseFile) }
        guard let secret = try environment.backupSecret.given() else {
            throw OperatorError(
                summary: "no key for the backup was named",
                remedy: "name one with --key-file, --passphrase-file, CA_BACKUP_KEY_FILE or CA_BACKUP_PASSPHRASE_FILE\(offers)")
        }
        return secret
    }
}
