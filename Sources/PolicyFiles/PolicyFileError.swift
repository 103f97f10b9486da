import PKI

/// What is wrong with a file an operator wrote, and where: `device.yaml:7: field 'ttl': …`.
package struct PolicyFileError: Explained, Sendable, Equatable {
    /// The file as it was named by whoever read it.
    package let file: String
    /// Counted from 1; nil when the fault has no place, such as an empty file.
    package let line: Int?
    /// The path of the field, such as `limits.connections` or `names[2]`.
    package let field: String?
    /// What is wrong, with the offending value.
    package let problem: String
    /// What to do about it.
    package let remedy: String

    /// An error at a place; `PolicyMapping.fault` knows the place of a field.
    package init(file: String, line: Int?, field: String?, problem: String, remedy: String) {
        self.file = file
        self.line = line
        self.field = field.map(Self.onOneLine)
        self.problem = Self.onOneLine(problem)
        self.remedy = Self.onOneLine(remedy)
    }

    /// A file may hold anything, and an error quotes it.
    private static func onOneLine(_ text: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
        return text.unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    /// Place, field and problem in one line.
    package var summary: String {
        let place = line.map { "\(file):\($0)" } ?? file
        let subject = field.map { "field '\($0)': " } ?? ""
        return "\(place): \(subject)\(problem)"
    }
}
