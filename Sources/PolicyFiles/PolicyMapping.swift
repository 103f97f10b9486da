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
    /// Takes faults, so that reading goes on; without one the first fault is thrown.
    let faults: PolicyFaults?

    /// Parses a whole file, whose top must be a group of fields.
    /// - Parameter faults: takes what is wrong with fields, which then have harmless values; nil: the first fault is thrown.
    package init(text: String, file: String, collecting faults: PolicyFaults? = nil) throws(PolicyFileError) {
        let root = try YAMLReader(file: file).read(text)
        guard case .fields(let fields) = root.content else {
            let problem = "expected fields, found \(root.kind)"
            throw PolicyFileError(file: file, line: root.line, field: nil, problem: problem, remedy: "write `name: value` lines")
        }
        self.init(file: file, line: 1, path: "", fields: fields, faults: faults)
    }

    init(file: String, line: Int, path: String, fields: [PolicyNode.Field], faults: PolicyFaults?) {
        self.file = file
        self.line = line
        self.path = path
        self.fields = fields
        self.faults = faults
    }

    /// Whether the field was written at all.
    package func has(_ field: String) -> Bool { fields.contains { $0.name == field } }

    /// The names of all fields as they were written, for groups whose fields the file names.
    package var names: [String] { fields.map(\.name) }

    /// True when the field is this plain word; nothing is refused.
    package mutating func isText(_ field: String, _ word: String) -> Bool {
        if !known.contains(field) { known.append(field) }
        guard case .text(word, plain: true)? = fields.first(where: { $0.name == field })?.value.content else { return false }
        return true
    }

    /// Refuses fields that were written and never asked for, with the name that was probably meant.
    package func finish() throws(PolicyFileError) {
        for unknown in fields where !known.contains(unknown.name) { try refuse(unknown) }
    }

    private func refuse(_ unknown: PolicyNode.Field) throws(PolicyFileError) {
        let guess = closestName(to: unknown.name, among: known.filter { !has($0) }) ?? closestName(to: unknown.name, among: known)
        let problem = "unknown field" + (guess.map { "; did you mean '\($0)'?" } ?? "")
        try refuse(fault(unknown.name, problem, remedy: "remove it; the fields known here are \(known.sorted().joined(separator: ", "))"))
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
        guard !written.value.isNull else {
            try refuse(fault(field, "has no value", remedy: "give it a value, or delete the line"))
            return nil
        }
        return written.value
    }

    /// Throws the fault, or keeps it with the others that are collected.
    package func refuse(_ fault: PolicyFileError) throws(PolicyFileError) {
        guard let faults else { throw fault }
        faults.add(fault)
    }

    /// Whether nothing is wrong with a field so far: only then may others be compared with it.
    package func isSound(_ field: String) -> Bool {
        let path = path(of: field)
        return !(faults?.all.contains { $0.file == file && ($0.field == path || $0.field?.hasPrefix("\(path)[") == true) } ?? false)
    }

    /// Refuses a field that must be there.
    /// - Returns: what stands for it when faults are collected.
    func missing<Value>(_ field: String, instead value: Value) throws(PolicyFileError) -> Value {
        try refuse(fault(field, "missing", remedy: "add a line `\(field): …`"))
        return value
    }
}
