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
