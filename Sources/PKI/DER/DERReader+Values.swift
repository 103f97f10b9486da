extension DERReader {
    /// Reads an INTEGER that is not negative, as a big-endian magnitude without leading zeros (empty for zero).
    package mutating func magnitude() throws(DERError) -> ArraySlice<UInt8> {
        let element = try next(0x02)
        let content = bytes[element.content]
        guard let first = content.first, first < 0x80 else { throw .invalidInteger(at: element.start) }
        guard first == 0 else { return content }
        guard content.count == 1 || content[content.startIndex + 1] >= 0x80 else { throw .invalidInteger(at: element.start) }
        return content.dropFirst()
    }

    /// Reads an INTEGER between 0 and 2⁶³ − 1.
    package mutating func integer() throws(DERError) -> Int64 {
        let magnitude = try magnitude()
        guard magnitude.count < 8 || (magnitude.count == 8 && magnitude[magnitude.startIndex] < 0x80) else {
            throw .invalidInteger(at: magnitude.startIndex)
        }
        return magnitude.reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Reads `BOOLEAN DEFAULT FALSE`: absent is false, and DER never writes the default (X.690 §11.5).
    package mutating func booleanDefaultFalse() throws(DERError) -> Bool {
        guard let element = try nextIfPresent(0x01) else { return false }
        guard element.content.count == 1, bytes[element.content.lowerBound] == 0xFF else {
            throw .invalidBoolean(at: element.start)
        }
        return true
    }

    /// Reads a BIT STRING of whole octets, as every key and signature is one.
    package mutating func octetsOfBitString() throws(DERError) -> ArraySlice<UInt8> {
        let element = try next(0x03)
        guard !element.content.isEmpty, bytes[element.content.lowerBound] == 0 else { throw .invalidBitString(at: element.start) }
        return bytes[element.content.dropFirst()]
    }

    /// Reads an OBJECT IDENTIFIER.
    package mutating func objectIdentifier() throws(DERError) -> ObjectIdentifierDER {
        ObjectIdentifierDER(content: Array(bytes[try next(0x06).content]))
    }

    /// Reads an OBJECT IDENTIFIER and says whether it is this one.
    package mutating func nextIs(_ oid: ObjectIdentifierDER) throws(DERError) -> Bool {
        bytes.hold(oid.content, at: try next(0x06).content)
    }

    /// Reads a Time: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5).
    package mutating func time() throws(DERError) -> UnixTime {
        let element = try nextTag == 0x18 ? next(0x18) : next(0x17)
        let time = try civilTime(element)
        guard time.fitsUTCTime == (element.tag == 0x17) else { throw .invalidTime(at: element.start) }
        return time.moment
    }

    /// Reads a GeneralizedTime of whole seconds, whatever the year.
    mutating func generalizedTime() throws(DERError) -> UnixTime {
        try civilTime(next(0x18)).moment
    }

    private func civilTime(_ element: Element) throws(DERError) -> CivilTime {
        let digitCount = element.tag == 0x17 ? 12 : 14
        let content = element.content
        guard content.count == digitCount + 1, bytes[content.upperBound - 1] == UInt8(ascii: "Z"),
            bytes[content.dropLast()].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .invalidTime(at: element.start) }

        var year = twoDigits(13, before: content.upperBound)
        year += element.tag == 0x18 ? twoDigits(15, before: content.upperBound) * 100 : (year < 50 ? 2000 : 1900)
        guard
            let time = CivilTime(
                year: year, month: twoDigits(11, before: content.upperBound), day: twoDigits(9, before: content.upperBound),
                hour: twoDigits(7, before: content.upperBound), minute: twoDigits(5, before: content.upperBound),
                second: twoDigits(3, before: content.upperBound))
        else { throw .invalidTime(at: element.start) }
        return time
    }

    private func twoDigits(_ distance: Int, before end: Int) -> Int {
        Int(bytes[end - distance] - UInt8(ascii: "0")) * 10 + Int(bytes[end - distance + 1] - UInt8(ascii: "0"))
    }
}

extension [UInt8] {
    /// True when a part is equal to these octets: without an early end, so that several are compared at a time. `elementsEqual` takes
    /// ten times as long.
    package func hold(_ octets: [UInt8], at part: Range<Int>) -> Bool {
        guard part.count == octets.count, part.lowerBound >= 0, part.upperBound <= count else { return false }
        return unsafe withUnsafeBufferPointer { all in
            unsafe octets.withUnsafeBufferPointer { octets in
                var difference: UInt8 = 0
                for index in 0..<octets.count { unsafe difference |= all[part.lowerBound + index] ^ octets[index] }
                return difference == 0
            }
        }
    }
}
