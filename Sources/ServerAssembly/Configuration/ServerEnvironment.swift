import DurableFiles
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
    /// Names of variables that Kubernetes made of a Service called `ca` or `ca-…`: passed over.
    package let serviceLinks: [String]
    /// Settings with their texts, weakest first, under the name errors speak of.
    private let overrides: [(setting: Setting, origin: String, texts: [String])]
    /// What cannot be read of it.
    let faults: [ConfigurationError]

    static let secretsDirectory = "CA_SECRETS_DIRECTORY"
    /// `ca-client` reads these; a shell may hold them when it starts a server.
    static let clientVariables = ["CA_ADDR", "CA_TOKEN", "CA_TOKEN_FILE", "CA_CACERT", "CA_TICKET"]

    static var knownVariables: [String] {
        let settings = Setting.all.flatMap { [$0.variable, "\($0.variable)_FILE"] }
        return settings + SealingSecretLocation.variables + clientVariables + [secretsDirectory]
    }

    /// Refuses an environment with faults.
    /// - Parameter variables: the process's environment, ours and others.
    package init(_ variables: [String: String]) throws(ConfigurationError) {
        self.init(collecting: variables)
        if let fault = ConfigurationError(all: faults) { throw fault }
    }

    /// With its faults in `faults`, so that they can be told together with those of the configuration file.
    init(collecting variables: [String: String]) {
        let known = Self.knownVariables
        serviceLinks = variables.filter { $0.key.hasPrefix("CA_") && !known.contains($0.key) && Self.isServiceLink($0.key, $0.value) }.keys
            .sorted()
        var faults = Self.unknown(among: variables.keys.filter { [serviceLinks] name in !serviceLinks.contains(name) }.sorted())
        func reading<Value>(_ body: () throws(ConfigurationError) -> Value?) -> Value? {
            do { return try body() } catch {
                faults.append(error)
                return nil
            }
        }
        let directory =
            reading { () throws(ConfigurationError) in try SecretsDirectory(variables[Self.secretsDirectory]) } ?? .none
        faults += directory.unknown
        func location(_ name: String) -> SealingSecretLocation {
            reading { () throws(ConfigurationError) in
                try SealingSecretLocation(name: name, variables: variables, directory: directory)
            } ?? SealingSecretLocation(name: name)
        }
        overrides = Setting.all.compactMap { setting in
            reading { () throws(ConfigurationError) in try Self.override(setting, variables, directory) }
        }
        (issuerSecret, rootSecret, backupSecret) = (location("unseal"), location("root_unseal"), location("backup"))
        self.faults = faults
    }

    private static func override(
        _ setting: Setting, _ variables: [String: String], _ directory: SecretsDirectory
    ) throws(ConfigurationError) -> (setting: Setting, origin: String, texts: [String])? {
        let fileVariable = "\(setting.variable)_FILE"
        let file = variables[fileVariable]
        if let direct = variables[setting.variable] {
            guard file == nil else { throw .givenTwice(first: setting.variable, second: fileVariable) }
            return (setting, setting.variable, try setting.texts(of: direct, named: setting.variable))
        }
        guard let path = file ?? directory.path(of: setting.name) else { return nil }
        let origin = file == nil ? path : fileVariable
        return (setting, origin, try setting.texts(of: try content(of: path, named: origin), named: origin, isFile: true))
    }

    /// The text of a file that a variable names, or that lies in the secrets directory.
    private static func content(of path: String, named origin: String) throws(ConfigurationError) -> String {
        let octets: [UInt8]
        do { octets = try DurableFile.read(path, limit: 1 << 20) } catch {
            throw .environment(name: origin, InvalidSetting(error.summary, remedy: error.remedy))
        }
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw .environment(name: origin, InvalidSetting("\(path) is not UTF-8 text", remedy: "write the value as plain text"))
        }
        return text
    }

    /// - Returns: what is wrong with the values; their settings stay as they were.
    func override(_ configuration: inout ServerConfiguration) -> [ConfigurationError] {
        var faults: [ConfigurationError] = []
        for (setting, origin, texts) in overrides {
            do throws(InvalidSetting) { try setting.assign(&configuration, texts) } catch {
                faults.append(.environment(name: origin, error))
            }
        }
        return faults
    }

    /// Whether Kubernetes makes such a variable for each Service of a namespace: `X_SERVICE_HOST`, `X_SERVICE_PORT` and `X_SERVICE_PORT_NAME`,
    /// and for old programs `X_PORT`, `X_PORT_1_TCP` and its parts, whose values say how they came about.
    private static func isServiceLink(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        guard let link = name.firstMatch(of: /_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/) else { return false }
        return link.output.0 != "_PORT" || value.contains("://")
    }

    /// What looks like ours: near a known name, or in one of our groups. `CA_BUNDLE` and the like are somebody else's.
    private static func unknown(among names: [String]) -> [ConfigurationError] {
        let known = knownVariables
        let ours = known.filter { !clientVariables.contains($0) }
        return names.filter { $0.hasPrefix("CA_") && !known.contains($0) }.compactMap { name in
            let isOfOurGroup = ["CA_CRL_", "CA_LIMITS_", "CA_UNSEAL_", "CA_ROOT_UNSEAL_", "CA_LEDGER_", "CA_BACKUP_"].contains {
                name.hasPrefix($0)
            }
            let near = closestName(to: String(name.dropFirst(3)), among: ours.map { String($0.dropFirst(3)) }).map { "CA_\($0)" }
            guard let meant = near ?? (isOfOurGroup ? ours.first { $0.hasPrefix(name.prefix(6)) } : nil) else { return nil }
            return .unknownVariable(name: name, meant: meant)
        }
    }
}
