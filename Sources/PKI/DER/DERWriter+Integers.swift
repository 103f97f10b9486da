extension DERWriter {
    /// Writes an INTEGER of an unsigned big-endian magnitude; leading zeros are dropped, one is added where the sign would change.
    package mutating func integer(_ magnitude: [UInt8]) {
        let digits = magnitude.drop { $0 == 0 }
        let needsZero = digits.first.map { $0 >= 0x80 } ?? true
        storage.append(0x02)
        appendLength(digits.count + (needsZero ? 1 : 0))
        if needsZero { storage.append(0) }
        storage.append(contentsOf: digits)
    }

    /// Writes an INTEGER in two's complement.
    package mutating func integer(_ value: Int64) {
        storage.append(0x02)
        let octets = Self.integerLength(value)
        appendLength(octets)
        for shift in stride(from: (octets - 1) * 8, through: 0, by: -8) {
            storage.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
        }
    }

    /// Content octets of an INTEGER.
    static func integerLength(_ value: Int64) -> Int {
        let magnitude = value < 0 ? ~value : value
        return (Int64.bitWidth - magnitude.leadingZeroBitCount) / 8 + 1
    }
}
