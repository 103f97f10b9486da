/// Walks the entries of revokedCertificates without copying them (RFC 5280 §5.1.2.6).
struct CRLEntryReader {
    /// Where one entry's serial number lies, and what else it says.
    struct RawEntry {
        /// Big-endian magnitude without leading zeros.
        let serialNumber: Range<Int>
        let date: Int64
        let reason: RevocationReason
        let hasUnknownCritical: Bool
    }

    private var entries: DERReader

    init(_ entries: DERReader) {
        self.entries = entries
    }

    /// The next entry; nil at the end.
    mutating func next() throws(InvalidCRL) -> RawEntry? {
        guard !entries.isAtEnd else { return nil }
        let start: Int
        let entry: (serial: Range<Int>, date: Int64, extensions: DERReader?)
        do throws(DERError) {
            let element = try entries.next(0x30)
            start = element.start
            var fields = entries.inside(element)
            entry = (try fields.magnitude().indices, try fields.time(), fields.isAtEnd ? nil : try fields.open(0x30))
            try fields.requireEnd()
        } catch {
            throw .notDER(error)
        }
        guard !entry.serial.isEmpty else { throw .invalidSerialNumber(.zero, at: start) }
        guard entry.serial.count < 20 || (entry.serial.count == 20 && entries.bytes[entry.serial.lowerBound] < 0x80) else {
            throw .invalidSerialNumber(.tooLong(octets: entry.serial.count), at: start)
        }
        let (code, unknown) = try Self.extensions(entry.extensions)
        guard let reason = RevocationReason(rawValue: code) else { throw .unsupportedReason(code: code, at: start) }
        return RawEntry(serialNumber: entry.serial, date: entry.date, reason: reason, hasUnknownCritical: unknown)
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
