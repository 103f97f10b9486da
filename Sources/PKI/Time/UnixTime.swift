/// A moment: whole seconds since 1970-01-01T00:00:00Z, without leap seconds, as certificates, CRLs and the ledger count it.
/// Differences and periods are plain numbers of seconds; sums beyond what 64 bits hold are its ends, so that no number of a stranger traps.
/// In JSON it is a number. Public, because the client library speaks of times.
public struct UnixTime: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Since 1970, negative before.
    public var seconds: Int64

    /// - Parameter seconds: since 1970.
    @inlinable public init(_ seconds: Int64) { self.seconds = seconds }
    /// The second that a time in milliseconds since 1970 lies in.
    @inlinable public init(milliseconds: Int64) { seconds = (milliseconds >= 0 ? milliseconds : milliseconds - 999) / 1_000 }
    /// A constant, in seconds since 1970.
    @inlinable public init(integerLiteral seconds: Int64) { self.seconds = seconds }

    /// Its first millisecond, counted since 1970.
    @inlinable public var milliseconds: Int64 { seconds * 1_000 }

    /// The last second of the year 9999, which is how certificates write "no end" (RFC 5280 §4.1.2.5).
    public static let endOfYear9999: Self = 253_402_300_799
    /// Later than every other.
    @inlinable public static var max: Self { Self(Int64.max) }
    /// Earlier than every other.
    @inlinable public static var min: Self { Self(Int64.min) }

    /// Earlier.
    @inlinable public static func < (one: Self, other: Self) -> Bool { one.seconds < other.seconds }
    /// So many seconds later.
    @inlinable public static func + (time: Self, seconds: Int64) -> Self {
        let (sum, overflow) = time.seconds.addingReportingOverflow(seconds)
        return overflow ? (seconds < 0 ? .min : .max) : Self(sum)
    }
    /// So many seconds earlier.
    @inlinable public static func - (time: Self, seconds: Int64) -> Self {
        let (sum, overflow) = time.seconds.subtractingReportingOverflow(seconds)
        return overflow ? (seconds < 0 ? .max : .min) : Self(sum)
    }
    /// Moves on by seconds.
    @inlinable public static func += (time: inout Self, seconds: Int64) { time = time + seconds }
    /// Moves back by seconds.
    @inlinable public static func -= (time: inout Self, seconds: Int64) { time = time - seconds }
    /// The seconds between two moments. Of a literal behind the minus the compiler takes it for seconds, not for a moment.
    @_disfavoredOverload @inlinable public static func - (end: Self, start: Self) -> Int64 { (end - start.seconds).seconds }

    /// Reads a number of seconds.
    public init(from decoder: any Decoder) throws { seconds = try decoder.singleValueContainer().decode(Int64.self) }

    /// Writes the number of seconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    /// RFC 3339, in UTC: `2026-02-28T23:59:59Z`.
    public var description: String { CivilTime(self).rfc3339 + "Z" }

    /// RFC 3339 with milliseconds: `2026-02-28T23:59:59.123Z`.
    /// - Parameter milliseconds: since 1970.
    public static func rfc3339(milliseconds: Int64) -> String {
        let second = Self(milliseconds: milliseconds)
        return CivilTime(second).rfc3339 + "." + padded(Int(milliseconds - second.seconds * 1_000), 3) + "Z"
    }
}

extension CivilTime {
    /// Without the zone.
    fileprivate var rfc3339: String {
        padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(hour, 2) + ":" + padded(minute, 2) + ":"
            + padded(second, 2)
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
