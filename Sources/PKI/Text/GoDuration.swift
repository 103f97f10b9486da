/// Durations as Go, and so every client of Vault, writes them: `72h`, `2160h0m0s`, `1.5h`; also `7d` and plain seconds. A part of a second is
/// refused: rounded down, `1ns` would be 0, which means the whole lifetime.
package enum GoDuration {
    /// Seconds; nil for anything negative, malformed, with a part of a second or beyond 2⁶³ seconds.
    package static func seconds(_ text: String) -> Int64? {
        var rest = Substring(text).utf8[...]
        guard !rest.isEmpty else { return nil }
        if rest.allSatisfy(isDigit) { return Int64(text) }
        var nanoseconds: Int128 = 0
        while !rest.isEmpty {
            guard let part = takePart(&rest) else { return nil }
            nanoseconds += part
            guard nanoseconds / 1_000_000_000 <= Int128(Int64.max) else { return nil }
        }
        let (seconds, part) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return part == 0 ? Int64(seconds) : nil
    }

    // 18 digits of a day in nanoseconds stay far below 2¹²⁷.
    private static func takePart(_ rest: inout Substring.UTF8View.SubSequence) -> Int128? {
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard (1...18).contains(whole.count + fraction.count) else { return nil }
        let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(name.count)
        guard let unit = nanoseconds(unit: String(Substring(name))) else { return nil }
        let scale = fraction.reduce(Int128(1)) { scale, _ in scale * 10 }
        let (value, lost) = ((number(whole) * scale + number(fraction)) * unit).quotientAndRemainder(dividingBy: scale)
        return lost == 0 ? value : nil
    }

    private static func nanoseconds(unit: String) -> Int128? {
        switch unit {
        case "d": 86_400_000_000_000
        case "h": 3_600_000_000_000
        case "m": 60_000_000_000
        case "s": 1_000_000_000
        case "ms": 1_000_000
        case "us", "µs", "μs": 1_000
        case "ns": 1
        default: nil
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int128 {
        digits.reduce(0) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    }
}
