/// Base64 with the standard alphabet and padding (RFC 4648 §4), fast enough to be in the way of every certificate.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// By digit: its value, or one of these, which are above every value.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        for digit in " \t\r\n".utf8 { values[Int(digit)] = blank }
        return values
    }()
    private static let invalid: UInt8 = 0xFF
    private static let blank: UInt8 = 0xFE

    /// Appends the digits of `octets` to `text`, 64 to a line, each line ended by `lineEnd`.
    package static func encodeLines(_ octets: [UInt8], into text: inout [UInt8], lineEnd: String = "\n") {
        let alphabet = alphabet
        for start in stride(from: 0, to: octets.count, by: 48) {
            let end = min(start + 48, octets.count)
            var index = start
            while index + 2 < end {
                let word = Int(octets[index]) << 16 | Int(octets[index + 1]) << 8 | Int(octets[index + 2])
                text.append(alphabet[word >> 18])
                text.append(alphabet[word >> 12 & 63])
                text.append(alphabet[word >> 6 & 63])
                text.append(alphabet[word & 63])
                index += 3
            }
            if index < end {
                let word = Int(octets[index]) << 16 | (index + 1 < end ? Int(octets[index + 1]) << 8 : 0)
                text.append(alphabet[word >> 18])
                text.append(alphabet[word >> 12 & 63])
                text.append(index + 1 < end ? alphabet[word >> 6 & 63] : padding)
                text.append(padding)
            }
            text.append(contentsOf: lineEnd.utf8)
        }
    }

    /// The octets of base64 digits with blanks and line ends anywhere between them; nil when a digit is foreign, the padding
    /// is wrong or bits are set that no octet uses.
    package static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let values = values
        var octets: [UInt8] = []
        octets.reserveCapacity(digits.count / 4 * 3 + 3)
        var index = digits.startIndex
        let end = digits.endIndex
        while end - index >= 4 {
            let (first, second) = (values[Int(digits[index])], values[Int(digits[index + 1])])
            let (third, fourth) = (values[Int(digits[index + 2])], values[Int(digits[index + 3])])
            if first | second | third | fourth < 64 {
                octets.append(first << 2 | second >> 4)
                octets.append(second << 4 | third >> 2)
                octets.append(third << 6 | fourth)
                index += 4
            } else if first == blank {
                index += 1
            } else {
                guard let group = nextGroup(digits, &index) else { return nil }
                guard append(group, to: &octets) else { return nil }
            }
        }
        guard let group = nextGroup(digits, &index), group.isEmpty || append(group, to: &octets) else { return nil }
        return index == end ? octets : nil
    }

    /// Four digits with blanks between them, or fewer at the end; a group with padding takes all that follows. nil for a foreign digit.
    private static func nextGroup(_ digits: ArraySlice<UInt8>, _ index: inout Int) -> [UInt8]? {
        var group: [UInt8] = []
        while index < digits.endIndex, group.count < 4 || group.last == padding {
            let digit = digits[index]
            index += 1
            if values[Int(digit)] == blank { continue }
            guard values[Int(digit)] < 64 || digit == padding else { return nil }
            group.append(digit)
        }
        return group
    }

    private static func append(_ group: [UInt8], to octets: inout [UInt8]) -> Bool {
        let padded = group.reversed().prefix { $0 == padding }.count
        guard group.count == 4, padded <= 2 else { return false }
        var word: UInt32 = 0
        for digit in group.dropLast(padded) {
            guard digit != padding else { return false }
            word = word << 6 | UInt32(values[Int(digit)])
        }
        word <<= 6 * UInt32(padded)
        let decoded = [word >> 16, word >> 8, word].map { UInt8(truncatingIfNeeded: $0) }
        octets += decoded.dropLast(padded)
        return decoded.suffix(padded).allSatisfy { $0 == 0 }
    }
}
