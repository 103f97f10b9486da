/// Walks the entries of revokedCertificates without copying them (RFC 5280 §5.1.2.6).
struct CRLEntryReader {
    /// Range and content of one entry.
    struct RawEntry {
        /// Tag, length and content.
        let whole: Range<Int>
        /// Big-endian magnitude without leading zeros.
        let serialNumber: Range<Int>
        let date: UnixTime
        let reason: RevocationReason
        let hasUnknownCritical: Bool
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// - Parameter range: where the entries lie in `bytes`.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next entry; nil at the end.
    mutating func next() throws(InvalidCRL) -> RawEntry? {
        guard position < end else { return nil }
        let entry = if let plain = plainEntry() { plain } else { try anyEntry() }
        position = entry.whole.upperBound
        return entry
    }

    /// An entry as we write them all: a short positive serial number, a UTCTime, nothing or a reason after it. nil for any other.
    ///
    /// Measured on a million entries: 37 ms, against 250 ms through `anyEntry`.
    private func plainEntry() -> RawEntry? {
        let octets = bytes.span
        guard end - position >= 20, octets[position] == 0x30, octets[position + 1] < 0x80, octets[position + 2] == 0x02 else { return nil }
        let stop = position + 2 + Int(octets[position + 1])
        let serial = position + 4..<position + 4 + Int(octets[position + 3])
        guard stop <= end, (1...20).contains(serial.count), stop - serial.upperBound >= 15 else { return nil }
        guard (1..<0x80).contains(octets[serial.lowerBound]), octets[serial.upperBound] == 0x17, octets[serial.upperBound + 1] == 13,
            let date = Self.utcTime(octets, at: serial.upperBound + 2),
            let reason = Self.plainReason(octets, in: serial.upperBound + 15..<stop)
        else { return nil }
        return RawEntry(whole: position..<stop, serialNumber: serial, date: date, reason: reason, hasUnknownCritical: false)
    }

    private static func plainReason(_ octets: Span<UInt8>, in range: Range<Int>) -> RevocationReason? {
        if range.isEmpty { return .unspecified }
        // The octets of `CRLEntryEncoder.reasonPrefix` as two numbers.
        guard range.count == 14, number(octets, range.lowerBound, count: 8) == 0x300C_300A_0603_551D,
            number(octets, range.lowerBound + 8, count: 5) == 0x15_0403_0A01
        else { return nil }
        return RevocationReason(rawValue: Int(octets[range.upperBound - 1]))
    }

    private static func number(_ octets: Span<UInt8>, _ start: Int, count: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in start..<start + count { number = number << 8 | UInt64(octets[index]) }
        return number
    }

    /// YYMMDDhhmmssZ.
    private static func utcTime(_ octets: Span<UInt8>, at start: Int) -> UnixTime? {
        guard octets[start + 12] == UInt8(ascii: "Z"), let year = twoDigits(octets, start), let month = twoDigits(octets, start + 2),
            let day = twoDigits(octets, start + 4), let hour = twoDigits(octets, start + 6), let minute = twoDigits(octets, start + 8),
            let second = twoDigits(octets, start + 10)
        else { return nil }
        return CivilTime(
            year: year < 50 ? 2000 + year : 1900 + year, month: month, day: day, hour: hour, minute: minute, second: second
        )?.moment
    }

    private static func twoDigits(_ octets: Span<UInt8>, _ start: Int) -> Int? {
        let (tens, ones) = (octets[start] &- 0x30, octets[start + 1] &- 0x30)
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }
}

extension CRLEntryReader {
    /// Reads any entry that RFC 5280 allows; throws its fault.
    private func anyEntry() throws(InvalidCRL) -> RawEntry {
        let element: DERReader.Element
        let entry: (serial: Range<Int>, date: UnixTime, extensions: DERReader?)
        do throws(DERError) {
            var entries = DERReader(bytes).inside(position..<end)
            element = try entries.next(0x30)
            var fields = entries.inside(element)
            entry = (try fields.magnitude().indices, try fields.time(), fields.isAtEnd ? nil : try fields.open(0x30))
            try fields.requireEnd()
        } catch {
            throw .notDER(error)
        }
        guard !entry.serial.isEmpty else { throw .invalidSerialNumber(.zero, at: position) }
        guard entry.serial.count < 20 || (entry.serial.count == 20 && bytes[entry.serial.lowerBound] < 0x80) else {
            throw .invalidSerialNumber(.tooLong(octets: entry.serial.count), at: position)
        }
        let (code, unknown) = try Self.extensions(entry.extensions)
        guard let reason = RevocationReason(rawValue: code) else { throw .unsupportedReason(code: code, at: position) }
        return RawEntry(whole: element.whole, serialNumber: entry.serial, date: entry.date, reason: reason, hasUnknownCritical: unknown)
    }

    private static func extensions(_ extensions: DERReader?) throws(InvalidCRL) -> (reason: Int, hasUnknownCritical: Bool) {
        guard var extensions else { return (0, false) }
        var reason = 0
        var hasUnknownCritical = false
        do throws(DERError) {
            while !extensions.isAtEnd {
                var ext = try extensions.open(0x30)
                let oid = try ext.objectIdentifier()
                let critical = try ext.booleanDefaultFalse()
                let value = try ext.next(0x04)
                try ext.requireEnd()
                if oid == .reasonCode {
                    reason = try enumerated(ext.inside(value))
                } else if critical, oid != .invalidityDate {
                    hasUnknownCritical = true
                }
            }
        } catch {
            throw .notDER(error)
        }
        return (reason, hasUnknownCritical)
    }

    private static func enumerated(_ value: DERReader) throws(DERError) -> Int {
        var value = value
        let element = try value.next(0x0A)
        guard element.content.count == 1 else { throw .invalidInteger(at: element.start) }
        try value.requireEnd()
        return Int(value.bytes[element.content.lowerBound])
    }
}
