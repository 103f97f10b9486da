/// Appends DER (X.690) to a byte array; the length of a constructed value is patched in when its body is done.
package struct DERWriter: Sendable {
    @usableFromInline var storage: [UInt8] = []

    /// - Parameter capacity: octets to reserve, when the size is about known.
    @inlinable
    package init(capacity: Int = 0) {
        storage.reserveCapacity(capacity)
    }

    /// The octets written so far.
    @inlinable
    package var bytes: [UInt8] { storage }

    /// Writes a value with any tag octet, such as 0x30 or 0xA3, whose content `body` writes.
    @inlinable
    package mutating func constructed(_ tag: UInt8, _ body: (inout DERWriter) -> Void) {
        storage.append(tag)
        storage.append(0)
        let start = storage.count
        body(&self)
        patchLength(before: start)
    }

    /// Writes a value with the given content octets.
    @inlinable
    package mutating func primitive(_ tag: UInt8, _ content: [UInt8]) {
        storage.append(tag)
        appendLength(content.count)
        storage.append(contentsOf: content)
    }

    /// Writes octets that are DER already.
    @inlinable
    package mutating func raw(_ der: [UInt8]) {
        storage.append(contentsOf: der)
    }

    /// Writes an OCTET STRING.
    @inlinable
    package mutating func octetString(_ octets: [UInt8]) {
        primitive(0x04, octets)
    }

    /// Writes a BIT STRING; `unusedBits` counts the bits of the last octet that do not belong to it.
    @inlinable
    package mutating func bitString(_ octets: [UInt8], unusedBits: UInt8 = 0) {
        storage.append(0x03)
        appendLength(octets.count + 1)
        storage.append(unusedBits)
        storage.append(contentsOf: octets)
    }

    /// Writes a UTF8String.
    package mutating func utf8String(_ text: String) {
        self.text(0x0C, text)
    }

    /// Writes UTF-8 under any tag octet, such as 0x82 for a DNS name.
    package mutating func text(_ tag: UInt8, _ text: String) {
        storage.append(tag)
        appendLength(text.utf8.count)
        storage.append(contentsOf: text.utf8)
    }

    /// Writes a BOOLEAN (X.690 §11.1: TRUE is 0xFF).
    package mutating func boolean(_ value: Bool) {
        storage.append(0x01)
        storage.append(0x01)
        storage.append(value ? 0xFF : 0x00)
    }

    /// Writes an OBJECT IDENTIFIER.
    package mutating func objectIdentifier(_ oid: ObjectIdentifierDER) {
        primitive(0x06, oid.content)
    }

    /// Writes a definite length in as few octets as DER allows (X.690 §10.1).
    @inlinable
    package mutating func appendLength(_ length: Int) {
        if length < 0x80 {
            storage.append(UInt8(truncatingIfNeeded: length))
            return
        }
        let octets = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        storage.append(0x80 | UInt8(truncatingIfNeeded: octets))
        for shift in stride(from: (octets - 1) * 8, through: 0, by: -8) {
            storage.append(UInt8(truncatingIfNeeded: length >> shift))
        }
    }

    @usableFromInline
    mutating func patchLength(before start: Int) {
        let length = storage.count - start
        if length < 0x80 {
            storage[start - 1] = UInt8(truncatingIfNeeded: length)
            return
        }
        var patch = DERWriter()
        patch.appendLength(length)
        storage[start - 1] = patch.storage[0]
        storage.insert(contentsOf: patch.storage.dropFirst(), at: start)
    }
}

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

extension DERWriter {
    /// Writes a Time: UTCTime for 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5).
    /// Times after the year 9999 become its last second, which is how the RFC writes "no end".
    package mutating func time(_ moment: UnixTime) {
        let time = CivilTime(moment)
        if time.fitsUTCTime {
            storage.append(0x17)
            storage.append(13)
            digits(of: time)
        } else {
            generalizedTime(moment)
        }
    }

    /// Writes a GeneralizedTime, whatever the year.
    mutating func generalizedTime(_ moment: UnixTime) {
        let time = CivilTime(moment)
        storage.append(0x18)
        storage.append(15)
        twoDigits(time.year / 100)
        digits(of: time)
    }

    /// All but the century.
    private mutating func digits(of time: CivilTime) {
        twoDigits(time.year % 100)
        twoDigits(time.month)
        twoDigits(time.day)
        twoDigits(time.hour)
        twoDigits(time.minute)
        twoDigits(time.second)
        storage.append(UInt8(ascii: "Z"))
    }

    private mutating func twoDigits(_ value: Int) {
        storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
