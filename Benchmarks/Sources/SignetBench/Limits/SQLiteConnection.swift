import CSQLite

/// A value bound to a statement.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A connection to a database file, no more than the record limit needs.
@safe
final class SQLiteConnection {
    private let handle: OpaquePointer

    /// - Parameter readOnly: opens a ledger that a server is writing.
    init(path: String, readOnly: Bool = false) throws {
        var opened: OpaquePointer?
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        guard unsafe sqlite3_open_v2(path, &opened, flags, nil) == SQLITE_OK, let opened = unsafe opened else {
            throw BenchmarkFailure.sqlite("cannot open \(path)")
        }
        unsafe handle = unsafe opened
        unsafe sqlite3_busy_timeout(handle, 5000)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws {
        guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw BenchmarkFailure.sqlite(message) }
    }

    /// The first column of the first row; 0 when there is none.
    func integer(_ sql: String) throws -> Int64 {
        try prepare(sql).run([])
    }

    /// Compiles a statement that is run many times.
    func prepare(_ sql: String) throws -> SQLiteStatement {
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK,
            let statement = unsafe statement
        else { throw BenchmarkFailure.sqlite(message) }
        return unsafe SQLiteStatement(statement, of: self)
    }

    /// The row that was inserted last.
    var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    fileprivate var message: String { unsafe String(cString: sqlite3_errmsg(handle)) }
}

/// A compiled statement.
@safe
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: SQLiteConnection

    fileprivate init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        unsafe self.handle = unsafe handle
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs to the end; answers the first column of the first row as a number, 0 when there is none.
    @discardableResult
    func run(_ values: [SQLiteValue]) throws -> Int64 {
        for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
        defer { unsafe sqlite3_reset(handle) }
        var first: Int64?
        while true {
            let status = unsafe sqlite3_step(handle)
            if status == SQLITE_DONE { return first ?? 0 }
            guard status == SQLITE_ROW else { throw BenchmarkFailure.sqlite(connection.message) }
            if first == nil { first = unsafe sqlite3_column_int64(handle, 0) }
        }
    }

    /// Runs to the end; answers all rows, each column as text.
    func texts(_ values: [SQLiteValue]) throws -> [[String]] {
        for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
        defer { unsafe sqlite3_reset(handle) }
        var rows: [[String]] = []
        while true {
            let status = unsafe sqlite3_step(handle)
            if status == SQLITE_DONE { return rows }
            guard status == SQLITE_ROW else { throw BenchmarkFailure.sqlite(connection.message) }
            rows.append(
                (unsafe 0..<sqlite3_column_count(handle)).map { column in
                    guard let text = unsafe sqlite3_column_text(handle, column) else { return "" }
                    return unsafe String(cString: text)
                })
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) {
        // SQLITE_TRANSIENT: SQLite takes a copy.
        let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
        case .text(let text): unsafe sqlite3_bind_text(handle, index, text, -1, copies)
        case .blob(let octets): unsafe sqlite3_bind_blob(handle, index, octets, Int32(octets.count), copies)
        }
    }
}
