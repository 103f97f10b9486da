/// Spans of time as operators write them: `30d`, `24h`, `1h30m`, `2160h0m0s` or whole seconds.
package enum PolicyDuration {
    private static let units: [(name: Character, seconds: Int64)] = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// The number of seconds; nil for anything else, for a fraction, a sign, or what does not fit.
    package static func seconds(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        var total: Int64 = 0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            // A bare number is seconds, but only when nothing else is written.
            guard let letter = rest.popFirst() else { return digits.count == text.count ? count : nil }
            guard let unit = units.first(where: { $0.name == letter }) else { return nil }
            let (product, tooLarge) = count.multipliedReportingOverflow(by: unit.seconds)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            total = sum
        }
        return total
    }

    /// The shortest text with one unit: `7d`, `90m`, `45s`.
    package static func text(_ seconds: Int64) -> String {
        guard seconds != 0, let unit = units.dropFirst().first(where: { seconds % $0.seconds == 0 }) else { return "\(seconds)s" }
        return "\(seconds / unit.seconds)\(unit.name)"
    }
}
