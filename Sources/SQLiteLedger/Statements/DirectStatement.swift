import GRDB
import GRDBSQLite

/// A statement that GRDB has prepared, bound and stepped by SQLite's own functions (decision 44).
@safe struct DirectStatement {
    /// Keeps the pointer good.
    private let statement: Statement
    private let pointer: SQLiteStatement

    /// Prepares the statement, unless the connection has it already, and binds its values in their order.
    /// - Parameter isKept: true when the connection keeps it; false for SQL that is composed from a search's conditions.
    init(_ db: Database, _ sql: String, _ values: [ColumnValue] = [], isKept: Bool = true) throws {
        statement = try isKept ? db.cachedStatement(sql: sql) : db.makeStatement(sql: sql)
        unsafe pointer = statement.sqliteStatement
        // One that is between two rows would begin again for both who use it.
        guard unsafe sqlite3_stmt_busy(pointer) == 0 else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the statement is being read", sql: sql)
        }
        // What is not bound would be what it was the last time.
        guard unsafe sqlite3_bind_parameter_count(pointer) == Int32(values.count) else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "not as many values as question marks", sql: sql)
        }
        for (index, value) in values.enumerated() {
            guard bind(value, at: Int32(index + 1)) == SQLITE_OK else { throw failure() }
        }
    }

    /// Resets the statement; the result of the last step was returned by `step` already.
    func reset() { withExtendedLifetime(statement) { _ = unsafe sqlite3_reset(pointer) } }

    /// The row that `step` has reached; good until the next step.
    var columns: ColumnReader { unsafe ColumnReader(pointer) }

    /// Runs until the next row; false at the end.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(pointer) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw failure()
        }
    }

    private func bind(_ value: ColumnValue, at index: Int32) -> Int32 {
        switch value {
        case .integer(let integer?): unsafe sqlite3_bind_int64(pointer, index, integer)
        case .text(var text?):
            text.withUTF8 { utf8 in
                unsafe utf8.withMemoryRebound(to: CChar.self) { octets in
                    unsafe sqlite3_bind_text(pointer, index, octets.baseAddress, Int32(octets.count), Self.copied)
                }
            }
        // Without an address SQLite would bind NULL.
        case .blob(let octets) where octets.isEmpty: unsafe sqlite3_bind_zeroblob(pointer, index, 0)
        case .blob(let octets):
            unsafe octets.withUnsafeBytes { octets in
                unsafe sqlite3_bind_blob(pointer, index, octets.baseAddress, Int32(octets.count), Self.copied)
            }
        case .integer(nil), .text(nil): unsafe sqlite3_bind_null(pointer, index)
        }
    }

    private func failure() -> DatabaseError {
        let connection = unsafe sqlite3_db_handle(pointer)
        return unsafe DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)), message: String(cString: sqlite3_errmsg(connection)),
            sql: statement.sql)
    }

    /// SQLite copies the value while it binds it (`SQLITE_TRANSIENT`).
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
