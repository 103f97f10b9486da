/// A value that a statement binds to a question mark.
enum ColumnValue {
    case integer(Int64?)
    /// UTF-8.
    case text(String?)
    case blob([UInt8])

    /// An integer column.
    static func integer(_ value: Int) -> Self { .integer(Int64(value)) }
}

extension String {
    /// Without NUL, at which SQLite's text ends for all who read it with C's functions: a column must say the same to everybody.
    var storable: String { utf8.contains(0) ? replacing("\u{0}", with: "\u{FFFD}") : self }
}
