/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 octets, most significant first.
    package let octets: [UInt8]

    /// nil unless there are 4 or 16 octets.
    package init?(octets: [UInt8]) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = octets
    }

    /// Reads dotted decimal without leading zeros, or RFC 4291 §2.2 text; no brackets, ports, prefixes or zones.
    package init?(text: String) {
        guard let octets = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(text[...]) else { return nil }
        self.octets = octets
    }

    /// Dotted decimal, or the canonical text of RFC 5952.
    package var description: String {
        guard octets.count == 16 else { return octets.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        let text = { (groups: ArraySlice<UInt16>) in groups.map { String($0, radix: 16) }.joined(separator: ":") }
        let zeros = Self.longestZeroRun(groups)
        guard zeros.count >= 2 else { return text(groups[...]) }
        return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        // Most texts are names, and end otherwise.
        guard let last = text.utf8.last, (0x30...0x39).contains(last) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part.utf8.first != 0x30 || part.utf8.count == 1,
                let octet = UInt8(part)
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = halves(text)
        guard let head = groups(halves.head, mayEndInVersion4: halves.tail == nil) else { return nil }
        guard let tailText = halves.tail else { return head.count == 16 ? head : nil }
        guard let tail = groups(tailText, mayEndInVersion4: true), head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The text before and after the first `::`; no tail when there is none.
    private static func halves(_ text: String) -> (head: Substring, tail: Substring?) {
        let octets = text.utf8
        guard let gap = octets.indices.dropLast().first(where: { octets[$0] == 0x3A && octets[octets.index(after: $0)] == 0x3A })
        else { return (Substring(text), nil) }
        return (text[..<gap], text[octets.index(gap, offsetBy: 2)...])
    }

    private static func groups(_ text: Substring, mayEndInVersion4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var octets: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, let last = version4(part) { return octets + last }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ hexadecimalValue($0) != nil }),
                let group = UInt16(part, radix: 16)
            else { return nil }
            octets += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return octets
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest
    }
}
