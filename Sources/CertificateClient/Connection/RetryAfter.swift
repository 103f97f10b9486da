internal import Foundation
package import PKI

/// The field `Retry-After` (RFC 9110 §10.2.3): seconds, or the time to come back at.
package enum RetryAfter {
    /// No server makes us wait longer than this.
    static let longest: Int64 = 86_400

    /// - Returns: 0 to `longest` seconds; nil for what is neither a number nor a date.
    package static func seconds(_ text: String, now: UnixTime) -> Int64? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return min(Int64(text) ?? longest, longest) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let time = format.date(from: text)?.timeIntervalSince1970, let date = Int64(exactly: time.rounded()) else { return nil }
        return min(max(0, UnixTime(date) - now), longest)
    }
}
