import DurableFiles
import HTTPFront
import PolicyFiles

extension ServerConfiguration {
    /// Reads the file, then what the environment overrides; tells the faults of both at once.
    /// - Parameters:
    ///   - path: `DIR/config.yaml`, or what `--config` names.
    ///   - environment: the process's variables, with what is wrong with them.
    package static func read(_ path: String, environment: ServerEnvironment) throws(ConfigurationError) -> ServerConfiguration {
        var configuration = ServerConfiguration.unset
        var faults = environment.faults
        do { configuration = try parse(try readFile(path), file: path) } catch { faults.append(error) }
        faults += environment.override(&configuration)
        if faults.isEmpty { faults = configuration.contradictions.map { .environment(name: $0.setting.variable, $0.fault) } }
        if let fault = ConfigurationError(all: faults) { throw fault }
        return configuration
    }

    /// Parses the file's text.
    package static func parse(_ text: String, file: String) throws(ConfigurationError) -> ServerConfiguration {
        let faults = PolicyFaults()
        var configuration = ServerConfiguration.unset
        do { try configuration.apply(PolicyMapping(text: text, file: file, collecting: faults)) } catch { faults.add(error) }
        if let fault = ConfigurationError(faults) { throw fault }
        return configuration
    }

    /// Takes in what the file says; its mapping collects what is wrong.
    private mutating func apply(_ file: PolicyMapping) throws(PolicyFileError) {
        var top = file
        var unsound = try apply(Setting.all.filter { $0.group == nil }, of: &top)
        for name in ["limits", "crl", "ledger"] {
            guard var group = try top.optionalMapping(name) else { continue }
            unsound.formUnion(try apply(Setting.all.filter { $0.group == name }, of: &group))
            try group.finish()
        }
        try top.finish()
        if organizations.isEmpty, !unsound.contains("organizations") {
            try top.refuse(top.fault("organizations", "missing", remedy: "add a line `organizations: [NAME]`"))
        }
        for (setting, others, fault) in contradictions where unsound.isDisjoint(with: others + [setting.name]) {
            try top.refuse(top.fault(setting.group ?? setting.field, fault.summary, remedy: fault.remedy))
        }
    }

    /// - Returns: the names of settings with a fault, which keep their defaults.
    private mutating func apply(_ settings: [Setting], of group: inout PolicyMapping) throws(PolicyFileError) -> Set<String> {
        for setting in settings {
            let texts = setting.isList ? try group.optionalStrings(setting.field) : try group.optionalString(setting.field).map { [$0] }
            guard let texts, group.isSound(setting.field) else { continue }
            do throws(InvalidSetting) { try setting.assign(&self, texts) } catch {
                let fault =
                    if let element = error.element {
                        group.fault(setting.field, element: element, error.summary, remedy: error.remedy)
                    } else { group.fault(setting.field, error.summary, remedy: error.remedy) }
                try group.refuse(fault)
            }
        }
        return Set(settings.filter { !group.isSound($0.field) }.map(\.name))
    }

    /// Settings that are usable alone but not together, the names of the others, and what is wrong.
    var contradictions: [(setting: Setting, others: [String], fault: InvalidSetting)] {
        var found: [(name: String, others: [String], fault: InvalidSetting)] = []
        if crl.refresh > crl.lifetime / 2 {
            let spans = "\(PolicyDuration.text(crl.refresh)) against \(PolicyDuration.text(crl.lifetime))"
            let problem = "refresh is more than half of lifetime: \(spans)"
            found.append(("crl_refresh", ["crl_lifetime"], InvalidSetting(problem, remedy: "refresh more often, or live longer")))
        }
        if listen == publicListen, listen.port != 0 {
            let problem = "\(listen) is the address of `listen` too"
            found.append(("public", ["listen"], InvalidSetting(problem, remedy: "give the listeners two ports")))
        }
        let isName = { (host: HostName) in if case .domain = host { true } else { false } }
        if !hostnames.contains(where: isName) {
            let problem = "there are only addresses, and the server's certificate is named by its first DNS name"
            found.append(("hostnames", [], InvalidSetting(problem, remedy: "add a name, such as localhost")))
        }
        return found.compactMap { name, others, fault in
            Setting.all.first { $0.name == name }.map { ($0, others, fault) }
        }
    }

    static func readFile(_ path: String) throws(ConfigurationError) -> String {
        guard DurableFile.exists(path) else { throw .fileMissing(path: path) }
        let octets: [UInt8]
        do { octets = try DurableFile.read(path, limit: 1 << 20) } catch { throw .fileUnreadable(path: path, reason: error.summary) }
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw .fileUnreadable(path: path, reason: "it is not UTF-8 text")
        }
        return text
    }
}
