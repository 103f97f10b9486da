import GRDB
import PKI

/// Changes, and queries whose rows are read column by column.
extension Database {
    /// Executes a statement that gives no rows.
    func change(_ sql: String, _ values: ColumnValue...) throws { try change(sql, values) }

    /// The same with values that were collected.
    func change(_ sql: String, _ values: [ColumnValue]) throws {
        let statement = try DirectStatement(self, sql, values)
        defer { statement.reset() }
        while try statement.step() {}
    }

    /// True when the query has a row.
    func hasRow(_ sql: String, _ values: ColumnValue...) throws -> Bool { try first(sql, values) { _ in true } ?? false }

    /// The only column of the query's first row; nil without one, and where it is NULL.
    func value<Value: StoredColumn>(_ sql: String, _ values: ColumnValue..., as type: Value.Type = Value.self) throws -> Value? {
        try first(sql, values) { columns in try columns.nextOptional(type) } ?? nil
    }

    /// The query's first row; nil without one.
    func first<Value>(_ sql: String, _ values: [ColumnValue], _ read: (inout ColumnReader) throws -> Value) throws -> Value? {
        try firstMatch(sql, values) { columns in try read(&columns) }
    }

    /// All rows of the query.
    func all<Value>(
        _ sql: String, _ values: [ColumnValue], isKept: Bool = true, _ read: (inout ColumnReader) throws -> Value
    ) throws -> [Value] {
        var rows: [Value] = []
        try forEach(sql, values, isKept: isKept) { columns in rows.append(try read(&columns)) }
        return rows
    }

    /// Reads one row of the query after the other.
    func forEach(_ sql: String, _ values: [ColumnValue], isKept: Bool = true, _ read: (inout ColumnReader) throws -> Void) throws {
        let _: Never? = try firstMatch(sql, values, isKept: isKept) { columns in
            try read(&columns)
            return nil
        }
    }

    /// The first value that the body gives for a row of the query; it sees no row after that.
    /// - Parameter isKept: true when the connection keeps the statement; false for SQL that is composed from a search's conditions.
    func firstMatch<Value>(
        _ sql: String, _ values: [ColumnValue] = [], isKept: Bool = true, _ body: (inout ColumnReader) throws -> Value?
    ) throws -> Value? {
        let statement = try DirectStatement(self, sql, values, isKept: isKept)
        defer { statement.reset() }
        while try statement.step() {
            var columns = statement.columns
            if let value = try body(&columns) { return value }
        }
        return nil
    }
}

/// A value that a statement binds to a question mark.
enum ColumnValue {
    case integer(Int64?)
    /// UTF-8.
    case text(String?)
    case blob([UInt8])

    /// An integer column.
    static func integer(_ value: Int) -> Self { .integer(Int64(value)) }

    /// A time, as seconds since 1970.
    static func integer(_ time: UnixTime) -> Self { .integer(time.seconds) }
}

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
