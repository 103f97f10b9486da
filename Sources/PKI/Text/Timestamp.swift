/// Times as text, in UTC (RFC 3339).
package enum Timestamp {
    /// `2026-02-28T23:59:59Z`
    package static func rfc3339(_ seconds: Int64) -> String {
        calendar(seconds) + "Z"
    }

    /// `2026-02-28T23:59:59.123Z`
    package static func rfc3339(milliseconds: Int64) -> String {
        let seconds = (milliseconds >= 0 ? milliseconds : milliseconds - 999) / 1_000
        return calendar(seconds) + "." + padded(Int(milliseconds - seconds * 1_000), 3) + "Z"
    }

    private static func calendar(_ seconds: Int64) -> String {
        let time = CivilTime(secondsSince1970: seconds)
        let date = padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2)
        return date + "T" + padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
