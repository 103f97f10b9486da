/// The conditions of a search with their values, in the order of the question marks.
struct Conditions {
    private var terms: [String] = []
    private(set) var values: [ColumnValue] = []

    /// No condition: everything matches.
    init() {}

    /// Adds a condition that must hold; its values are bound, never written into the SQL.
    mutating func add(_ term: String, _ values: ColumnValue...) {
        terms.append(term)
        self.values += values
    }

    /// Binds a value that comes after the conditions, such as a limit.
    mutating func bind(_ value: ColumnValue) { values.append(value) }

    /// `WHERE …`, or nothing.
    var clause: String { terms.isEmpty ? "" : "WHERE " + terms.joined(separator: " AND ") }
}
