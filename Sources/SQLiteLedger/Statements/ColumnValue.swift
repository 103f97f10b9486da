import PKI

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
