import Foundation
import PKI
import Synchronization

/// The `Date` header field (RFC 9110 §6.6.1), formatted once a second.
final class DateField: Sendable {
    private struct Formatted {
        var second: UnixTime = .min
        var text = ""
    }

    private let calendar: Calendar
    private let formatted = Mutex(Formatted())

    init() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        self.calendar = calendar
    }

    func text(at second: UnixTime) -> String {
        formatted.withLock { formatted in
            if formatted.second != second { formatted = Formatted(second: second, text: format(second)) }
            return formatted.text
        }
    }

    /// An IMF-fixdate (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private func format(_ second: UnixTime) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let units: Set<Calendar.Component> = [.weekday, .day, .month, .year, .hour, .minute, .second]
        let parts = calendar.dateComponents(units, from: Date(timeIntervalSince1970: Double(second.seconds)))
        let weekday = days[((parts.weekday ?? 1) - 1) % 7]
        let month = months[((parts.month ?? 1) - 1) % 12]
        let time = [parts.hour, parts.minute, parts.second].map { twoDigits($0) }.joined(separator: ":")
        return "\(weekday), \(twoDigits(parts.day)) \(month) \(parts.year ?? 1970) \(time) GMT"
    }

    private func twoDigits(_ value: Int?) -> String {
        let text = String(value ?? 0)
        return text.count < 2 ? "0" + text : text
    }
}
