import DurableFiles
import Foundation
import Issuance
import PKI
import PolicyFiles

extension IssuerList {
    /// Reads the list of a directory; one without the file has those of `initial`.
    package static func read(_ directory: DataDirectory) throws(OperatorError) -> IssuerList {
        do {
            guard let octets = try DurableFile.readIfPresent(directory.issuerList, limit: 1 << 18) else { return initial }
            let list = try IssuerList(text: String(decoding: octets, as: UTF8.self), file: directory.issuerList)
            try list.checkPlaces(in: directory)
            return list
        } catch { throw OperatorError(error) }
    }

    /// Refuses links out of the directory: whoever can write there would decide which key signs.
    func checkPlaces(in directory: DataDirectory) throws(OperatorError) {
        let inside = URL(fileURLWithPath: directory.path).resolvingSymlinksInPath().path + "/"
        for path in [directory.issuerList, directory.issuers]
            + entries.flatMap({ [directory.path(of: $0.certificate), directory.path(of: $0.key)] })
        {
            guard URL(fileURLWithPath: path).resolvingSymlinksInPath().path.hasPrefix(inside) else {
                throw OperatorError(
                    summary: "\(path) is a link that leads out of \(directory.path)", remedy: "put the file itself in the link's place")
            }
        }
    }

    /// - Parameter file: its path, for errors.
    init(text: String, file: String) throws(PolicyFileError) {
        var fields = try PolicyMapping(text: text, file: file)
        let standard = try Self.name(&fields, "default")
        var entries: [Entry] = []
        for group in try fields.mappings("issuers") {
            var group = group
            let entry = try Entry(&group)
            let others = entries.filter { $0.name == entry.name || $0.certificate == entry.certificate || $0.key == entry.key }
            guard others.isEmpty else {
                let field = others[0].name == entry.name ? "name" : others[0].key == entry.key ? "key" : "certificate"
                throw group.fault(field, "an issuer above has the same", remedy: "give each issuer a name and files of its own")
            }
            entries.append(entry)
        }
        let issuing = entries.filter { $0.state == .issuing }.map(\.name.description)
        guard issuing.contains(standard.description) else {
            throw fields.fault(
                "default", "'\(standard)' is no issuer below that issues", remedy: "name one of \(issuing.sorted().joined(separator: ", "))"
            )
        }
        try fields.finish()
        self.init(entries, standard: standard)
    }

    fileprivate static func name(_ fields: inout PolicyMapping, _ field: String) throws(PolicyFileError) -> IssuerName {
        let text = try fields.string(field)
        do { return try IssuerName(issuing: text) } catch { throw fields.fault(field, error.summary, remedy: error.remedy) }
    }

    /// Writes the file whole.
    package func write(to directory: DataDirectory) throws(OperatorError) {
        do {
            try checkPlaces(in: directory)
            try DurableFile.replace(directory.issuerList, with: Array(yaml.utf8), mode: 0o644)
        } catch { throw OperatorError(error) }
    }

    /// The text of the file.
    var yaml: String {
        let head = """
            # The issuing CAs. ca-server issuer prepare NAME adds one, ca-server issuer retire NAME retires one; both write this file anew, without
            # comments of your own. A server reads it at its start. state: issuing, or retired: signs its CRL and issues nothing.
            default: \(standard)
            issuers:

            """
        return head
            + entries.map {
                "  - name: \($0.name)\n    state: \($0.state.rawValue)\n    certificate: \($0.certificate)\n    key: \($0.key)\n"
            }
            .joined()
    }
}

extension IssuerList.Entry {
    fileprivate init(_ fields: inout PolicyMapping) throws(PolicyFileError) {
        name = try IssuerList.name(&fields, "name")
        let states = IssuerState.allCases.map(\.rawValue)
        let written = try fields.optionalOneOf("state", states)
        guard let state = written.flatMap(IssuerState.init) else {
            throw fields.fault("state", "missing", remedy: "write one of \(states.joined(separator: ", "))")
        }
        self.state = state
        certificate = try Self.file(&fields, "certificate", ending: ".pem")
        key = try Self.file(&fields, "key", ending: ".key")
        try fields.finish()
    }

    private static func file(_ fields: inout PolicyMapping, _ field: String, ending: String) throws(PolicyFileError) -> String {
        let path = try fields.string(field)
        guard path.hasPrefix("issuers/"), IssuerFile.isName(path.dropFirst("issuers/".count), ending: ending) else {
            throw fields.fault(
                field, "'\(path.prefix(80))' is no file of issuers/",
                remedy: "write issuers/NAME\(ending): letters, digits, '-', '_' and '.', not root\(ending)")
        }
        return path
    }
}

/// Names of files in `DIR/issuers`.
enum IssuerFile {
    /// Plain names, so that none leads out of the folder; not the root's, whose key is no issuing CA's.
    static func isName(_ name: some StringProtocol, ending: String) -> Bool {
        let isPlain = { (octet: UInt8) in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8.contains(octet) }
        return name.hasSuffix(ending) && !name.hasPrefix(".") && name != "root\(ending)"
            && (ending.utf8.count + 1...128).contains(name.utf8.count) && name.utf8.allSatisfy(isPlain)
    }
}
