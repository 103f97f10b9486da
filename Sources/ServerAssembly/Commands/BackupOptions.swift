import ArgumentParser
import Foundation
import KeyCustody
import Operations

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
