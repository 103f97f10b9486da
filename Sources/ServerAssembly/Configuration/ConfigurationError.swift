package import KeyCustody
import PKI
package import PolicyFiles

/// Why the server cannot be configured, naming the file and line, the variable or the option at fault.
package enum ConfigurationError: Explained, Sendable, Equatable {
    case file(PolicyFileError)
    case fileMissing(path: String)
    case fileUnreadable(path: String, reason: String)
    /// A variable, or the file it names, holds an unusable value.
    case environment(name: String, InvalidSetting)
    /// A variable that looks like one of ours, and the one that was probably meant.
    case unknownVariable(name: String, meant: String)
    /// A variable and its `_FILE` form are both set.
    case givenTwice(first: String, second: String)
    /// A file of the secrets directory that is named for nothing we read.
    case unknownSecretFile(path: String, known: [String])
    /// A command line option, such as `--listen`.
    case option(name: String, InvalidSetting)
    /// A sealing secret was found and cannot be used.
    case secret(KeyCustodyError)
    /// No sealing secret was found where it was looked for.
    case noSealingSecret(looked: [String])
    /// At least two, in the order in which they are to be told.
    case several([ConfigurationError])
}

extension ConfigurationError {
    /// All faults as one; nil when there is none.
    init?(all faults: [ConfigurationError]) {
        guard let first = faults.first else { return nil }
        self = faults.count == 1 ? first : .several(faults.flatMap { if case .several(let parts) = $0 { parts } else { [$0] } })
    }

    /// All faults of a set of files, in the order of files and lines; nil when there is none.
    init?(_ faults: PolicyFaults) {
        self.init(all: faults.all.sorted { ($0.file, $0.line ?? 0) < ($1.file, $1.line ?? 0) }.map { .file($0) })
    }
}

extension ConfigurationError {
    /// What is wrong, with the offending value.
    package var summary: String {
        switch self {
        case .file(let error): error.summary
        case .secret(let error): error.summary
        case .fileMissing(let path): "\(path) does not exist"
        case .fileUnreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .environment(let name, let setting), .option(let name, let setting): "\(name): \(setting.summary)"
        case .unknownVariable(let name, let meant): "the environment variable \(name) is not known; did you mean \(meant)?"
        case .givenTwice(let first, let second): "both \(first) and \(second) are set"
        case .unknownSecretFile(let path, _): "\(path) is named for no setting"
        case .several(let faults): "\(faults.count) faults: \(faults.map(\.description).joined(separator: "; "))"
        case .noSealingSecret(let looked): "there is no sealing secret: looked for \(looked.joined(separator: ", "))"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .file(let error): error.remedy
        case .secret(let error): error.remedy
        case .fileMissing: "run `ca-server init --data DIR` first, or name the file with --config"
        case .fileUnreadable: "check the path, the permissions and that it is UTF-8 text"
        case .environment(_, let setting), .option(_, let setting): setting.remedy
        case .unknownVariable(let name, _): "correct its name, or unset \(name)"
        case .givenTwice(_, let second): "unset \(second)"
        case .unknownSecretFile(_, let known): "remove it; known names are \(known.joined(separator: ", "))"
        case .several: "correct them all, then try again"
        case .noSealingSecret: "restore the key file, or name it or a passphrase file in one of these variables"
        }
    }
}
