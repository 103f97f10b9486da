import Foundation
package import KeyCustody

/// Where the secret that opens a sealed key is: the variables and files named for it.
package struct SealingSecretLocation: Sendable, Equatable {
    private enum Form: Sendable, Equatable {
        case keyFile(String)
        case passphraseFile(String)
    }

    private var form: Form?
    private let keyVariable: String
    private let passphraseVariable: String

    static let fileNames = [
        "unseal_key", "unseal_passphrase", "root_unseal_key", "root_unseal_passphrase", "backup_key", "backup_passphrase",
    ]
    static var variables: [String] { fileNames.map { "CA_\($0.uppercased())_FILE" } }

    /// Names none.
    /// - Parameter name: what the names of variables and files begin with, such as `root_unseal`.
    init(name: String) {
        keyVariable = "CA_\(name.uppercased())_KEY_FILE"
        passphraseVariable = "CA_\(name.uppercased())_PASSPHRASE_FILE"
    }

    /// What the variables name, else what lies in the directory.
    init(name: String, variables: [String: String], directory: SecretsDirectory) throws(ConfigurationError) {
        self.init(name: name)
        let key = variables[keyVariable] ?? directory.path(of: "\(name)_key")
        let passphrase = variables[passphraseVariable] ?? directory.path(of: "\(name)_passphrase")
        switch (key, passphrase) {
        case (nil, nil): break
        case (let path?, nil): form = .keyFile(path)
        case (nil, let path?): form = .passphraseFile(path)
        case (.some, .some): throw .givenTwice(first: keyVariable, second: passphraseVariable)
        }
    }

    /// The secret the operator named, or nil.
    package func given() throws(ConfigurationError) -> SealingSecret? {
        do throws(KeyCustodyError) {
            switch form {
            case nil: return nil
            case .keyFile(let path): return try SealingSecret(keyFile: path)
            case .passphraseFile(let path): return try SealingSecret(passphraseFile: path)
            }
        } catch { throw .secret(error) }
    }

    /// The key file `init` left in the data directory if it is there, else the secret the operator named.
    package func find(beside keyFile: String) throws(ConfigurationError) -> SealingSecret {
        if FileManager.default.fileExists(atPath: keyFile) {
            do { return try SealingSecret(keyFile: keyFile) } catch { throw .secret(error) }
        }
        guard let secret = try given() else { throw .noSealingSecret(looked: [keyFile, keyVariable, passphraseVariable]) }
        return secret
    }
}
