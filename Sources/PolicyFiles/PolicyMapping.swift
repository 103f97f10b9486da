/// A group of fields of a policy file, read field by field; `finish` then refuses what nobody read.
///
///     var file = try PolicyMapping(text: text, file: "profiles/device.yaml")
///     let ttl = try file.duration("ttl")
///     try file.finish()
package struct PolicyMapping: Sendable {
    /// The file's name as given, for errors.
    package let file: String
    /// Where the group starts, from 1.
    package let line: Int
    private let path: String
    private let fields: [PolicyNode.Field]
    private var known: [String] = []

    /// Parses a whole file, whose top must be a group of fields.
    package init(text: String, file: String) throws(PolicyFileError) {
        let root = try YAMLReader(file: file).read(text)
        guard case .fields(let fields) = root.content else {
            let problem = "expected fields, found \(root.kind)"
            throw PolicyFileError(file: file, line: root.line, field: nil, problem: problem, remedy: "write `name: value` lines")
        }
        self.init(file: file, line: 1, path: "", fields: fields)
    }

    init(file: String, line: Int, path: String, fields: [PolicyNode.Field]) {
        self.file = file
        self.line = line
        self.path = path
        self.fields = fields
    }

    /// The names that were written, in order: for groups whose names are data.
    package var fieldNames: [String] { fields.map(\.name) }

    /// Whether the field was written at all.
    package func has(_ field: String) -> Bool { fields.contains { $0.name == field } }

    /// Refuses fields that were written and never asked for, with the name that was probably meant.
    package func finish() throws(PolicyFileError) {
        guard let unknown = fields.first(where: { !known.contains($0.name) }) else { return }
        let guess = closestName(to: unknown.name, among: known.filter { !has($0) }) ?? closestName(to: unknown.name, among: known)
        let problem = "unknown field" + (guess.map { "; did you mean '\($0)'?" } ?? "")
        throw fault(unknown.name, problem, remedy: "remove it; the fields known here are \(known.sorted().joined(separator: ", "))")
    }

    /// An error about a field of this group, at its line: for rules the reader of a file has of its own.
    package func fault(_ field: String, _ problem: String, remedy: String) -> PolicyFileError {
        let place = fields.first { $0.name == field }?.line ?? line
        return PolicyFileError(file: file, line: place, field: path(of: field), problem: problem, remedy: remedy)
    }

    /// An error about one element of a list, counted from 0, at its own line.
    package func fault(_ field: String, element: Int, _ problem: String, remedy: String) -> PolicyFileError {
        var place = line
        if let written = fields.first(where: { $0.name == field }) {
            place = written.line
            if case .list(let elements) = written.value.content, elements.indices.contains(element) { place = elements[element].line }
        }
        return PolicyFileError(file: file, line: place, field: "\(path(of: field))[\(element)]", problem: problem, remedy: remedy)
    }

    func path(of field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

    /// The field's value; nil when it was not written. A field without a value is a fault: nobody can tell what was meant.
    mutating func value(_ field: String) throws(PolicyFileError) -> PolicyNode? {
        if !known.contains(field) { known.append(field) }
        guard let written = fields.first(where: { $0.name == field }) else { return nil }
        guard !written.value.isNull else { throw fault(field, "has no value", remedy: "give it a value, or delete the line") }
        return written.value
    }

    func missing(_ field: String) -> PolicyFileError {
        fault(field, "missing", remedy: "add a line `\(field): …`")
    }
}
