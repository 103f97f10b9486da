/// A certificate serial number: 1 to 20 octets, positive (RFC 5280 §4.1.2.2).
package struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
    /// Big-endian magnitude without leading zero octets.
    package let octets: [UInt8]

    /// - Parameter octets: big-endian magnitude; leading zeros are dropped.
    package init(octets: some Sequence<UInt8>) throws(InvalidSerialNumber) { try self.init(octets: Array(octets)) }

    /// The same from an array. A generic function is not specialized for other targets: it took 5 µs for each of a million revocations.
    package init(octets: [UInt8]) throws(InvalidSerialNumber) {
        let magnitude = octets.first == 0 ? Array(octets.drop { $0 == 0 }) : octets
        guard let first = magnitude.first else { throw .zero }
        guard magnitude.count < 20 || (magnitude.count == 20 && first < 0x80) else { throw .tooLong(octets: magnitude.count) }
        self.octets = magnitude
    }

    /// The serial number that a certificate names (RFC 5280 §4.1); nothing that follows it is read, and no signature is checked.
    package init(ofCertificate der: [UInt8]) throws(InvalidCertificate) {
        let magnitude: ArraySlice<UInt8>
        do throws(DERError) {
            var document = DERReader(der)
            var certificate = try document.open(0x30)
            var tbsCertificate = try certificate.open(0x30)
            _ = try tbsCertificate.nextIfPresent(0xA0)
            magnitude = try tbsCertificate.magnitude()
        } catch {
            throw .notDER(error)
        }
        do throws(InvalidSerialNumber) { try self.init(octets: Array(magnitude)) } catch { throw .invalidSerialNumber(error) }
    }

    /// Reads hexadecimal digits of either case, with colons, dashes or neither between octets.
    package init(text: String) throws(InvalidSerialNumber) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "-") }
        guard !digits.isEmpty, digits.count % 2 == 0, digits.count <= 64 else { throw .notHexadecimal(text) }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = hexadecimalValue(digits[index]), let low = hexadecimalValue(digits[index + 1]) else {
                throw .notHexadecimal(text)
            }
            octets.append(high << 4 | low)
        }
        try self.init(octets: octets)
    }

    /// 16 octets, the first 0x40 to 0x7F: 126 random bits and the same length in DER every time.
    package init(using generator: inout some RandomNumberGenerator) {
        var octets: [UInt8] = []
        octets.reserveCapacity(16)
        for _ in 0..<2 {
            let word: UInt64 = generator.next()
            for shift in stride(from: 56, through: 0, by: -8) { octets.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
        }
        octets[0] = octets[0] & 0x3F | 0x40
        self.octets = octets
    }

    /// Lower-case hexadecimal with colons: `4f:00:a1`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 3)
        for octet in octets {
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(hexadecimalDigit(octet >> 4))
            text.append(hexadecimalDigit(octet & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Faults of a serial number.
package enum InvalidSerialNumber: Error, Sendable, Equatable {
    case zero
    case tooLong(octets: Int)
    case notHexadecimal(String)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .zero: "it is 0"
        case .tooLong(let octets): "it has \(octets) octets"
        case .notHexadecimal(let text): "'\(visible(String(text.prefix(80))))' is not hexadecimal"
        }
    }
}
