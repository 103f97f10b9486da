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

/// A directory whose files are named for settings and secrets, as container platforms mount them.
struct SecretsDirectory {
    private let path: String?
    private let names: Set<String>
    /// Files that are named for nothing we read.
    let unknown: [ConfigurationError]

    static var knownNames: [String] { Setting.all.map(\.name) + SealingSecretLocation.fileNames }

    /// No directory.
    static let none = SecretsDirectory(path: nil, names: [], unknown: [])

    private init(path: String?, names: Set<String>, unknown: [ConfigurationError]) {
        (self.path, self.names, self.unknown) = (path, names, unknown)
    }

    /// - Parameter path: nil when there is none.
    init(_ path: String?) throws(ConfigurationError) {
        guard let path else {
            self = .none
            return
        }
        let entries: [String]
        do { entries = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw .fileUnreadable(path: path, reason: error.localizedDescription)
        }
        // Kubernetes keeps its own entries here, all beginning with a dot.
        let visible = entries.filter { !$0.hasPrefix(".") }.sorted()
        let known = Self.knownNames
        self.init(
            path: path, names: Set(visible),
            unknown: visible.filter { !known.contains($0) }.map { .unknownSecretFile(path: "\(path)/\($0)", known: known) })
    }

    func path(of name: String) -> String? {
        guard let path, names.contains(name) else { return nil }
        return "\(path)/\(name)"
    }
}
