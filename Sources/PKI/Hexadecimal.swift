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
