import PKI
import Synchronization

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

/// What is wrong with a set of files, collected while the rest of it is read: whoever mends one fault need not read again to learn of the next.
package final class PolicyFaults: Sendable {
    private let found = Mutex<[PolicyFileError]>([])

    package init() {}

    /// In the order in which they were found.
    package var all: [PolicyFileError] { found.withLock { $0 } }

    /// Keeps a fault, unless there is one of the same field already: the second comes of the first.
    package func add(_ fault: PolicyFileError) {
        found.withLock { found in
            let isKnown = fault.field != nil && found.contains { $0.file == fault.file && $0.field == fault.field }
            if !isKnown { found.append(fault) }
        }
    }

    /// Reads one file of the set; one that cannot be read at all is a fault, and gives nil.
    package func reading<Value>(_ read: (PolicyFaults) throws(PolicyFileError) -> Value) -> Value? {
        do { return try read(self) } catch {
            add(error)
            return nil
        }
    }
}

/// The known name a person most likely meant; nil when none is near.
package func closestName(to name: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, name.count / 3))
    return known.map { (distance: editDistance(name, $0), name: $0) }
        .filter { $0.distance <= limit }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
        .name
}

/// Insertions, deletions, substitutions and swaps of neighbours; names longer than 64 characters are cut, since a file may hold anything.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased().prefix(64)), right = Array(right.lowercased().prefix(64))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for index in left.indices {
        var row = [index + 1]
        for column in right.indices {
            let substitution = last[column] + (left[index] == right[column] ? 0 : 1)
            var distance = min(substitution, last[column + 1] + 1, row[column] + 1)
            if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            row.append(distance)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
