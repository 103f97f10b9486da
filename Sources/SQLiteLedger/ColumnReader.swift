import Foundation
import GRDB

extension String {
    /// Without NUL, at which SQLite's text ends for all who read it with C's functions: a column must say the same to everybody.
    var storable: String { utf8.contains(0) ? replacing("\u{0}", with: "\u{FFFD}") : self }
}

/// Reads a row's columns in their order. A value of the wrong type throws: a damaged file must not end the process, as GRDB's subscripts would.
struct ColumnReader {
    private let row: Row
    private var index = 0

    /// Starts at the row's first column.
    init(_ row: Row) { self.row = row }

    /// The next column.
    mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ type: Value.Type = Value.self) throws -> Value {
        defer { index += 1 }
        return try row.decode(type, atIndex: index)
    }

    /// The next column, which may be NULL.
    mutating func nextOptional<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value? {
        defer { index += 1 }
        return try row.decode(Value?.self, atIndex: index)
    }

    /// The next column, a blob.
    mutating func octets() throws -> [UInt8] { [UInt8](try next(Data.self)) }
}
