/// A value as one line that is safe for a terminal or a log: control and direction characters, and all other invisible ones, are escaped.
package func visible(_ value: String) -> String {
    guard firstInvisible(in: value) != nil else { return value }
    return value.unicodeScalars.map { isInvisible($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
}

/// The first invisible character, as `U+202E`; nil when there is none. Names must have none: two that differ must look different.
package func firstInvisible(in text: String) -> String? {
    text.unicodeScalars.first(where: isInvisible).map { scalar in
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// JSON whose texts show what they hold: characters that cannot be seen are written as `\u` and their UTF-16 units (RFC 8259 §7).
package func visibleJSON(_ json: String) -> String {
    // What is ASCII and cannot be seen, an encoder has escaped; what is left of it are line ends between the values.
    guard json.unicodeScalars.contains(where: { $0.value >= 0x7F && isInvisible($0) }) else { return json }
    return json.unicodeScalars.map { scalar in
        guard scalar.value >= 0x7F, isInvisible(scalar) else { return String(scalar) }
        return String(scalar).utf16.map { "\\u" + hexadecimal([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }.joined()
    }.joined()
}

private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    let properties = scalar.properties
    switch properties.generalCategory {
    // Noncharacters are among what is unassigned.
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return true
    // Variation selectors, fillers, joiners; and the Braille pattern without a dot.
    default: return properties.isDefaultIgnorableCodePoint || properties.isVariationSelector || scalar.value == 0x2800
    }
}

/// Lower-case hexadecimal digits, two an octet.
package func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    hexadecimal(Array(octets))
}

/// The same, without the price that a generic function has across targets.
package func hexadecimal(_ octets: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(octets.count * 2)
    for octet in octets {
        text.append(hexadecimalDigit(octet >> 4))
        text.append(hexadecimalDigit(octet & 15))
    }
    return String(decoding: text, as: UTF8.self)
}

/// The lower-case digit of a value below 16.
package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// The octets of a hexadecimal text of either case; nil when it is not one.
package func octets(hexadecimal text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var octets: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = hexadecimalValue(digits[index]), let low = hexadecimalValue(digits[index + 1]) else { return nil }
        octets.append(high << 4 | low)
    }
    return octets
}

/// The value of a digit of either case; nil for any other octet.
package func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
