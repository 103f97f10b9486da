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

    /// Adds the condition that a column is one of these values; of none of them, nothing matches.
    mutating func add(_ column: String, among texts: Set<String>) {
        let values = texts.sorted()
        terms.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
        self.values += values.map { .text($0) }
    }

    /// Binds a value that comes after the conditions, such as a limit.
    mutating func bind(_ value: ColumnValue) { values.append(value) }

    /// `WHERE …`, or nothing.
    var clause: String { terms.isEmpty ? "" : "WHERE " + terms.joined(separator: " AND ") }
}
