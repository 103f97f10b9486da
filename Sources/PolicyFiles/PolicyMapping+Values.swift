extension PolicyMapping {
    /// Text, exactly as written; numbers and words such as `yes` are text too.
    package mutating func string(_ field: String) throws(PolicyFileError) -> String {
        guard let text = try optionalString(field) else { return try missing(field, instead: "") }
        return text
    }

    /// Text, or nil when the field was not written.
    package mutating func optionalString(_ field: String) throws(PolicyFileError) -> String? {
        guard let node = try value(field) else { return nil }
        guard case .text(let text, _) = node.content else {
            try refuse(fault(field, "expected text, found \(node.kind)", remedy: "write `\(field): text` on one line"))
            return nil
        }
        return text
    }

    /// A whole number within bounds.
    package mutating func integer(_ field: String, in range: ClosedRange<Int> = 0...Int.max) throws(PolicyFileError) -> Int {
        guard let number = try optionalInteger(field, in: range) else { return try missing(field, instead: range.upperBound) }
        return number
    }

    /// A whole number within bounds, or nil when the field was not written.
    package mutating func optionalInteger(
        _ field: String, in range: ClosedRange<Int> = 0...Int.max
    ) throws(PolicyFileError) -> Int? {
        guard let node = try value(field) else { return nil }
        guard case .text(let text, plain: true) = node.content, let number = Int(text) else {
            try refuse(fault(field, "expected a whole number, found \(node.kind)", remedy: "write digits without quotes"))
            return nil
        }
        guard range.contains(number) else {
            let bounds = range.upperBound == Int.max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            try refuse(fault(field, "\(number) is out of range", remedy: "write a number that is \(bounds)"))
            return nil
        }
        return number
    }

    /// `true` or `false`.
    package mutating func bool(_ field: String) throws(PolicyFileError) -> Bool {
        guard let flag = try optionalBool(field) else { return try missing(field, instead: true) }
        return flag
    }

    /// `true` or `false`, or nil when the field was not written.
    package mutating func optionalBool(_ field: String) throws(PolicyFileError) -> Bool? {
        guard let node = try value(field) else { return nil }
        guard case .text(let text, plain: true) = node.content, let flag = Bool(text) else {
            try refuse(fault(field, "expected true or false, found \(node.kind)", remedy: "write true or false without quotes"))
            return nil
        }
        return flag
    }

    /// A span of time in seconds: `30d`, `24h`, `5m`, `1h30m` or whole seconds.
    package mutating func duration(
        _ field: String, in range: ClosedRange<Int64> = 0...longestDuration
    ) throws(PolicyFileError) -> Int64 {
        guard let seconds = try optionalDuration(field, in: range) else { return try missing(field, instead: range.upperBound) }
        return seconds
    }

    /// A span of time in seconds, or nil when the field was not written.
    package mutating func optionalDuration(
        _ field: String, in range: ClosedRange<Int64> = 0...longestDuration
    ) throws(PolicyFileError) -> Int64? {
        guard let node = try value(field) else { return nil }
        guard case .text(let text, _) = node.content, let seconds = PolicyDuration.seconds(text) else {
            try refuse(fault(field, "expected a span of time, found \(node.kind)", remedy: "write it like 30d, 24h, 5m or in seconds"))
            return nil
        }
        guard range.contains(seconds) else {
            let bounds = "\(PolicyDuration.text(range.lowerBound)) to \(PolicyDuration.text(range.upperBound))"
            try refuse(fault(field, "\(text) is out of range", remedy: "write a span of \(bounds)"))
            return nil
        }
        return seconds
    }

    /// One hundred years in seconds: no field of ours needs more, and sums with dates cannot overflow.
    package static var longestDuration: Int64 { 36_525 * 86_400 }

    /// One of a closed set of words, or nil when the field was not written.
    package mutating func optionalOneOf(_ field: String, _ words: [String]) throws(PolicyFileError) -> String? {
        guard let word = try optionalString(field) else { return nil }
        guard words.contains(word) else {
            let guess = closestName(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
            try refuse(
                fault(field, "'\(word.prefix(80))' is not accepted\(guess)", remedy: "write one of \(words.joined(separator: ", "))"))
            return nil
        }
        return word
    }
}

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
