import Foundation
import PolicyFiles

/// The environment variables that are ours, and the files they name: known, and none given in two ways.
///
/// Every setting `x` may stand in `CA_X`, in the file `CA_X_FILE` names, or in the file `x` of `CA_SECRETS_DIRECTORY`; the first wins.
package struct ServerEnvironment: Sendable {
    /// Opens the issuing CAs' keys.
    package let issuerSecret: SealingSecretLocation
    /// Opens the root's key.
    package let rootSecret: SealingSecretLocation
    /// Seals and opens backups.
    package let backupSecret: SealingSecretLocation
    /// Settings with their texts, weakest first, under the name errors speak of.
    private let overrides: [(setting: Setting, origin: String, texts: [String])]

    static let secretsDirectory = "CA_SECRETS_DIRECTORY"
    /// `ca-client` reads these; a shell may hold them when it starts a server.
    static let clientVariables = ["CA_ADDR", "CA_TOKEN", "CA_TOKEN_FILE", "CA_CACERT", "CA_TICKET"]

    static var knownVariables: [String] {
        let settings = Setting.all.flatMap { [$0.variable, "\($0.variable)_FILE"] }
        return settings + SealingSecretLocation.variables + clientVariables + [secretsDirectory]
    }

    /// - Parameter variables: the process's environment, ours and others.
    package init(_ variables: [String: String]) throws(ConfigurationError) {
        try Self.refuseUnknown(variables.keys.sorted())
        let directory = try SecretsDirectory(variables[Self.secretsDirectory])
        var overrides: [(Setting, String, [String])] = []
        for setting in Setting.all {
            let direct = variables[setting.variable]
            let fileVariable = "\(setting.variable)_FILE"
            if direct != nil, variables[fileVariable] != nil { throw .givenTwice(first: setting.variable, second: fileVariable) }
            if let direct {
                overrides.append((setting, setting.variable, setting.texts(of: direct, separator: ",")))
            } else if let path = variables[fileVariable] ?? directory.path(of: setting.name) {
                let origin = variables[fileVariable] == nil ? path : fileVariable
                overrides.append((setting, origin, setting.texts(of: try ServerConfiguration.readFile(path), separator: "\n")))
            }
        }
        self.overrides = overrides
        issuerSecret = try SealingSecretLocation(name: "unseal", variables: variables, directory: directory)
        rootSecret = try SealingSecretLocation(name: "root_unseal", variables: variables, directory: directory)
        backupSecret = try SealingSecretLocation(name: "backup", variables: variables, directory: directory)
    }

    func override(_ configuration: inout ServerConfiguration) throws(ConfigurationError) {
        for (setting, origin, texts) in overrides {
            do throws(InvalidSetting) { try setting.assign(&configuration, texts) } catch { throw .environment(name: origin, error) }
        }
        if let (setting, fault) = configuration.contradiction { throw .environment(name: setting.variable, fault) }
    }

    /// Refuses what looks like ours: near a known name, or in one of our groups. `CA_BUNDLE` and the like are somebody else's.
    private static func refuseUnknown(_ names: [String]) throws(ConfigurationError) {
        let known = knownVariables
        let ours = known.filter { !clientVariables.contains($0) }
        for name in names where name.hasPrefix("CA_") && !known.contains(name) {
            let isOfOurGroup = ["CA_CRL_", "CA_LIMITS_", "CA_UNSEAL_", "CA_ROOT_UNSEAL_", "CA_LEDGER_", "CA_BACKUP_"].contains {
                name.hasPrefix($0)
            }
            let near = closestName(to: String(name.dropFirst(3)), among: ours.map { String($0.dropFirst(3)) }).map { "CA_\($0)" }
            guard let meant = near ?? (isOfOurGroup ? ours.first { $0.hasPrefix(name.prefix(6)) } : nil) else { continue }
            throw .unknownVariable(name: name, meant: meant)
        }
    }
}

extension Setting {
    /// A list is separated by commas, or by lines when there are several: an organization's name may hold a comma.
    fileprivate func texts(of value: String, separator: Character) -> [String] {
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        guard isList else { return [trimmed] }
        return trimmed.split { $0 == (value.contains { $0.isNewline } ? "\n" : separator) }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
