import GRDB

/// The conditions of a search with their values, in the order of the question marks.
struct Conditions {
    private var terms: [String] = []
    private(set) var arguments = StatementArguments()

    /// No condition: everything matches.
    init() {}

    /// Adds a condition that must hold; its values are bound, never written into the SQL.
    mutating func add(_ term: String, _ values: (any DatabaseValueConvertible)?...) {
        terms.append(term)
        arguments += StatementArguments(values)
    }

    /// Binds a value that comes after the conditions, such as a limit.
    mutating func bind(_ value: any DatabaseValueConvertible) { arguments += [value] }

    /// `WHERE …`, or nothing.
    var clause: String { terms.isEmpty ? "" : "WHERE " + terms.joined(separator: " AND ") }
}
