import GRDB
import GRDBSQLite
import Ledger
import PKI

/// Reads a row's columns in their order. A value of another type than asked for throws: a damaged file must not end the process.
///
/// It cannot be copied, and so not be carried out of the closure that reads the row.
struct ColumnReader: ~Copyable {
    private var column: RowColumn

    /// Starts at the first column of the row that the statement is at.
    init(_ statement: SQLiteStatement) { column = unsafe RowColumn(statement) }

    /// The next column.
    mutating func next<Value: StoredColumn>(_ type: Value.Type = Value.self) throws(LedgerError) -> Value {
        guard let value = try nextOptional(type) else { throw fault(column.index) }
        return value
    }

    /// The next column, which may be NULL.
    mutating func nextOptional<Value: StoredColumn>(_ type: Value.Type = Value.self) throws(LedgerError) -> Value? {
        defer { column.index += 1 }
        let stored = column.storageClass
        guard stored != SQLITE_NULL else { return nil }
        guard stored == Value.storageClass else { throw fault(column.index + 1) }
        return Value(column)
    }

    private func fault(_ number: Int32) -> LedgerError { .corrupt("column \(number) of a row is empty, or not of the type it must have") }
}

/// A type that a column can be read as.
protocol StoredColumn {
    /// SQLite's storage class of the type.
    static var storageClass: Int32 { get }
    /// Reads a column that is stored so.
    init(_ column: RowColumn)
}

extension Int64: StoredColumn {
    static var storageClass: Int32 { SQLITE_INTEGER }
    init(_ column: RowColumn) { self = column.integer }
}

extension Int: StoredColumn {
    static var storageClass: Int32 { SQLITE_INTEGER }
    init(_ column: RowColumn) { self.init(column.integer) }
}

extension UnixTime: StoredColumn {
    static var storageClass: Int32 { SQLITE_INTEGER }
    init(_ column: RowColumn) { self.init(column.integer) }
}

extension String: StoredColumn {
    static var storageClass: Int32 { SQLITE_TEXT }
    init(_ column: RowColumn) { self = column.text }
}

extension [UInt8]: StoredColumn {
    static var storageClass: Int32 { SQLITE_BLOB }
    init(_ column: RowColumn) { self = column.octets }
}

/// A column of the row that a statement is at.
@safe struct RowColumn {
    private let statement: SQLiteStatement
    var index: Int32 = 0

    init(_ statement: SQLiteStatement) { unsafe self.statement = statement }

    var storageClass: Int32 { unsafe sqlite3_column_type(statement, index) }

    var integer: Int64 { unsafe sqlite3_column_int64(statement, index) }

    /// UTF-8; what is none is repaired.
    var text: String {
        // In this order: only the text knows how many octets it has.
        let start = unsafe sqlite3_column_text(statement, index)
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    var octets: [UInt8] {
        let start = unsafe sqlite3_column_blob(statement, index)
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private var count: Int { unsafe Int(sqlite3_column_bytes(statement, index)) }
}
