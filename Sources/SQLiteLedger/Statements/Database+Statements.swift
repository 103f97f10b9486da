import GRDB

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
