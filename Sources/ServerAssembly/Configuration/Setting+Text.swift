import Foundation

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
