import HTTPFront
import Foundation
package import PolicyFiles

extension ServerConfiguration {
    /// Reads the file, then what the environment overrides.
    /// - Parameters:
    ///   - path: `DIR/config.yaml`, or what `--config` names.
    ///   - environment: the process's variables, checked.
    package static func read(_ path: String, environment: ServerEnvironment) throws(ConfigurationError) -> ServerConfiguration {
        let text = try readFile(path)
        var configuration: ServerConfiguration
        do { configuration = try parse(text, file: path) } catch { throw .file(error) }
        try environment.override(&configuration)
        return configuration
    }

    /// Parses the file's text.
    package static func parse(_ text: String, file: String) throws(PolicyFileError) -> ServerConfiguration {
        var configuration = ServerConfiguration.unset
        var top = try PolicyMapping(text: text, file: file)
        try apply(Setting.all.filter { $0.group == nil }, of: &top, to: &configuration)
        for name in ["limits", "crl", "ledger"] {
            guard var group = try top.optionalMapping(name) else { continue }
            try apply(Setting.all.filter { $0.group == name }, of: &group, to: &configuration)
            try group.finish()
        }
        try top.finish()
        guard !configuration.organizations.isEmpty else {
            throw top.fault("organizations", "missing", remedy: "add a line `organizations: [NAME]`")
        }
        if let (setting, fault) = configuration.contradiction {
            throw top.fault(setting.group ?? setting.field, fault.problem, remedy: fault.remedy)
        }
        return configuration
    }

    private static func apply(
        _ settings: [Setting], of group: inout PolicyMapping, to configuration: inout ServerConfiguration
    ) throws(PolicyFileError) {
        for setting in settings {
            let texts = setting.isList ? try group.optionalStrings(setting.field) : try group.optionalString(setting.field).map { [$0] }
            guard let texts else { continue }
            do throws(InvalidSetting) { try setting.assign(&configuration, texts) } catch {
                guard let element = error.element else { throw group.fault(setting.field, error.problem, remedy: error.remedy) }
                throw group.fault(setting.field, element: element, error.problem, remedy: error.remedy)
            }
        }
    }

    /// Settings that are usable alone but not together, and what is wrong.
    var contradiction: (setting: Setting, fault: InvalidSetting)? {
        let setting = { (name: String) in Setting.all.first { $0.name == name } }
        if crl.refresh * 2 > crl.lifetime, let refresh = setting("crl_refresh") {
            let spans = "\(PolicyDuration.text(crl.refresh)) against \(PolicyDuration.text(crl.lifetime))"
            let problem = "refresh is more than half of lifetime: \(spans)"
            return (refresh, InvalidSetting(problem, remedy: "refresh more often, or live longer"))
        }
        if listen == publicListen, listen.port != 0, let listener = setting("public") {
            return (listener, InvalidSetting("\(listen) is the address of `listen` too", remedy: "give the listeners two ports"))
        }
        let isName = { (host: HostName) in if case .domain = host { true } else { false } }
        if !hostnames.contains(where: isName), let setting = setting("hostnames") {
            let problem = "there are only addresses, and the server's certificate is named by its first DNS name"
            return (setting, InvalidSetting(problem, remedy: "add a name, such as localhost"))
        }
        return nil
    }

    static func readFile(_ path: String) throws(ConfigurationError) -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw .fileMissing(path: path) }
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw .fileUnreadable(path: path, reason: error.localizedDescription)
        }
    }
}
