import Foundation
import Logging
import PKI
import PolicyFiles

/// One setting: its field in the file, from which its variable and secret file are named, and how its text is taken in.
struct Setting: Sendable {
    typealias Assign = @Sendable (inout ServerConfiguration, [String]) throws(InvalidSetting) -> Void

    /// The group of fields it stands in; nil at the top.
    let group: String?
    let field: String
    let isList: Bool
    /// Whether an element of the list may hold a comma, which then cannot part elements.
    var mayHoldComma = false
    let assign: Assign

    /// `crl_refresh` for the field `refresh` of the group `crl`.
    var name: String { group.map { "\($0)_\(field)" } ?? field }
    /// The environment variable, such as `CA_CRL_REFRESH`.
    var variable: String { "CA_\(name.uppercased())" }

    static let all: [Setting] = [
        list("organizations", mayHoldComma: true, OrganizationName.init) { $0.organizations = $1 },
        list("service_domains", DomainName.init) { $0.serviceDomains = $1 },
        one("public_url", PublicURL.init) { $0.publicURL = $1 },
        list("hostnames", HostName.init) { $0.hostnames = $1 },
        one("listen", listenAddress) { $0.listen = $1 },
        one("public", listenAddress) { $0.publicListen = $1 },
        one("connections", in: "limits", number(16...1_000_000)) { $0.limits.connections = $1 },
        one("request_bytes", in: "limits", number(4_096...16_777_216)) { $0.limits.requestBytes = $1 },
        one("idempotency", in: "limits", span(60...2_592_000)) { $0.limits.idempotency = $1 },
        one("refresh", in: "crl", span(1...86_400)) { $0.crl.refresh = $1 },
        one("lifetime", in: "crl", span(3_600...31_536_000)) { $0.crl.lifetime = $1 },
        // Between one and five minutes: clocks differ by that much, and a thisUpdate in the future makes OpenSSL refuse everybody.
        one("backdate", in: "crl", span(60...300)) { $0.crl.backdate = $1 },
        one("anchor", in: "ledger", absolutePath) { $0.ledger.anchor = $1 },
        list("published", in: "ledger", mayHoldComma: true, absolutePath) { $0.ledger.published = $1 },
        one("log_level", logLevel) { $0.logLevel = $1 },
    ]

    private static func one<Value: Sendable>(
        _ field: String, in group: String? = nil, _ parse: @escaping @Sendable (String) throws(InvalidSetting) -> Value,
        _ assign: @escaping @Sendable (inout ServerConfiguration, Value) -> Void
    ) -> Setting {
        Setting(group: group, field: field, isList: false) { (configuration, texts) throws(InvalidSetting) in
            assign(&configuration, try parse(texts.first ?? ""))
        }
    }

    private static func list<Value: Hashable & Sendable>(
        _ field: String, in group: String? = nil, mayHoldComma: Bool = false,
        _ parse: @escaping @Sendable (String) throws(InvalidSetting) -> Value,
        _ assign: @escaping @Sendable (inout ServerConfiguration, [Value]) -> Void
    ) -> Setting {
        Setting(group: group, field: field, isList: true, mayHoldComma: mayHoldComma) { (configuration, texts) throws(InvalidSetting) in
            guard !texts.isEmpty else { throw InvalidSetting("the list is empty", remedy: "name at least one") }
            assign(&configuration, try parseAll(texts, parse))
        }
    }
}

/// Every text as a value; an error tells which one it was. Doubles are refused: one of them was meant to be something else.
func parseAll<Value: Hashable>(
    _ texts: [String], _ parse: (String) throws(InvalidSetting) -> Value
) throws(InvalidSetting) -> [Value] {
    var values: [Value] = []
    for (index, text) in texts.enumerated() {
        do throws(InvalidSetting) {
            let value = try parse(text)
            guard !values.contains(value) else { throw InvalidSetting("'\(text.prefix(80))' is given twice", remedy: "keep one of them") }
            values.append(value)
        } catch {
            var located = error
            located.element = index
            throw located
        }
    }
    return values
}

private func number(_ range: ClosedRange<Int>) -> @Sendable (String) throws(InvalidSetting) -> Int {
    { (text: String) throws(InvalidSetting) -> Int in
        guard let number = Int(text), range.contains(number) else {
            let remedy = "write \(range.lowerBound) to \(range.upperBound)"
            throw InvalidSetting("'\(text.prefix(80))' is not a number in range", remedy: remedy)
        }
        return number
    }
}

private func span(_ range: ClosedRange<Int64>) -> @Sendable (String) throws(InvalidSetting) -> Int64 {
    { (text: String) throws(InvalidSetting) -> Int64 in
        guard let seconds = PolicyDuration.seconds(text), range.contains(seconds) else {
            let bounds = "\(PolicyDuration.text(range.lowerBound)) to \(PolicyDuration.text(range.upperBound))"
            throw InvalidSetting("'\(text.prefix(80))' is not a span of time in range", remedy: "write \(bounds), like 15m, 24h or 7d")
        }
        return seconds
    }
}

@Sendable private func absolutePath(_ text: String) throws(InvalidSetting) -> String {
    guard text.hasPrefix("/"), text.utf8.count <= 4_096, !text.utf8.contains(0) else {
        throw InvalidSetting("'\(text.prefix(80))' is not an absolute path", remedy: "write a path that begins with /")
    }
    return text
}

@Sendable private func logLevel(_ text: String) throws(InvalidSetting) -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
        let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw InvalidSetting("'\(text.prefix(80))' is not a log level", remedy: "write one of \(words)")
    }
    return level
}

extension Setting {
    /// The elements of a text. A list is JSON (`["Acme, Inc.", "Other"]`), or has a line for each element; where no element can hold a comma,
    /// commas between them do as well.
    /// - Parameters:
    ///   - name: the variable or file it stands in, for errors.
    ///   - isFile: a file has lines, and no commas between elements.
    func texts(of value: String, named name: String, isFile: Bool = false) throws(ConfigurationError) -> [String] {
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else {
            let remedy = isFile ? "write a value into it, or remove it" : "give it a value, or unset it"
            throw .environment(name: name, InvalidSetting("the value is empty", remedy: remedy))
        }
        guard isList else { return [trimmed] }
        if trimmed.hasPrefix("[") {
            do { return try JSONDecoder().decode([String].self, from: Data(trimmed.utf8)) } catch {
                let problem = "'\(trimmed.prefix(80))' begins like a JSON list and is none"
                throw .environment(name: name, InvalidSetting(problem, remedy: "write \(Self.example)"))
            }
        }
        let hasLines = trimmed.contains { $0.isNewline }
        guard hasLines || isFile || !mayHoldComma || !trimmed.contains(",") else {
            let problem = "'\(trimmed.prefix(80))' may be one element with a comma in it, or several"
            throw .environment(name: name, InvalidSetting(problem, remedy: "write a JSON list such as \(Self.example), or each on a line"))
        }
        return trimmed.split { hasLines || isFile ? $0.isNewline : $0 == "," }.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static let example = #"["Acme, Inc.", "Other"]"#
}

/// Why a value cannot be a setting; whoever read it adds where it stood.
package struct InvalidSetting: Explained, Sendable, Equatable {
    /// What is wrong, with the offending value.
    package let summary: String
    /// What to write instead.
    package let remedy: String
    /// Which element of a list it was, from 0.
    var element: Int?

    init(_ summary: String, remedy: String) {
        self.summary = summary
        self.remedy = remedy
    }
}
