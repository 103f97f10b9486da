/// The entries of a list that was read, where they lie in its octets: a million of them are walked without an object for each.
package struct CRLEntries: Sendable {
    let bytes: [UInt8]
    let range: Range<Int>

    /// Gives `body` each entry with its position among them, in the list's order.
    package func forEach(_ body: (Int, CertificateRevocationList.Entry) -> Void) {
        var walk = Walk(self)
        while let raw = walk.next() {
            if let entry = entry(raw) { body(walk.count - 1, entry) }
        }
    }

    /// True when a serial number is listed.
    package func contains(_ serial: SerialNumber) -> Bool {
        var walk = Walk(self)
        while let raw = walk.next() {
            if raw.serialNumber.count == serial.octets.count, bytes[raw.serialNumber].elementsEqual(serial.octets) { return true }
        }
        return false
    }

    /// The entries that another list does not have.
    ///
    /// Lists grow at their end, so both are walked side by side; memory is taken only for entries that are out of step.
    package func missing(in other: CRLEntries) -> [CertificateRevocationList.Entry] {
        var (walk, otherWalk) = (Walk(self), Walk(other))
        var unmatched: [CertificateRevocationList.Entry] = []
        var candidate = otherWalk.next()
        while let raw = walk.next() {
            if let found = candidate, bytes[raw.serialNumber] == other.bytes[found.serialNumber] {
                candidate = otherWalk.next()
            } else if let entry = entry(raw) {
                unmatched.append(entry)
            }
        }
        guard !unmatched.isEmpty else { return [] }
        var sought = Set(unmatched.map(\.serialNumber))
        // From the start: an entry that stands twice here matched its only one there the first time.
        otherWalk = Walk(other)
        while !sought.isEmpty, let found = otherWalk.next() {
            if let entry = other.entry(found) { sought.remove(entry.serialNumber) }
        }
        return unmatched.filter { sought.contains($0.serialNumber) }
    }

    /// True when the entry at `offset` octets after the first one has this serial number; then `offset` moves to the next entry.
    package func passes(_ serial: SerialNumber, at offset: inout Int) -> Bool {
        guard let entry = entry(at: offset), bytes[entry.serialNumber].elementsEqual(serial.octets) else { return false }
        offset = entry.whole.upperBound - range.lowerBound
        return true
    }

    /// The serial number of the entry that begins `offset` octets after the first one; nil after the last one.
    package func serialNumber(at offset: Int) -> SerialNumber? {
        entry(at: offset).flatMap { entry($0)?.serialNumber }
    }

    private func entry(at offset: Int) -> CRLEntryReader.RawEntry? {
        var walk = Walk(CRLEntries(bytes: bytes, range: range.lowerBound + offset..<range.upperBound))
        return walk.next()
    }

    // The list was read without an error, so its serial numbers are some.
    private func entry(_ raw: CRLEntryReader.RawEntry) -> CertificateRevocationList.Entry? {
        guard let serialNumber = try? SerialNumber(octets: bytes[raw.serialNumber]) else { return nil }
        return CertificateRevocationList.Entry(serialNumber: serialNumber, date: raw.date, reason: raw.reason)
    }

    /// A walk over entries that were read before: no error comes up again.
    struct Walk {
        private var reader: CRLEntryReader
        /// Number of entries passed.
        private(set) var count = 0

        init(_ entries: CRLEntries) { reader = CRLEntryReader(entries.bytes, in: entries.range) }

        mutating func next() -> CRLEntryReader.RawEntry? {
            guard let entry = try? reader.next() else { return nil }
            count += 1
            return entry
        }
    }
}

/// Writes entries of revokedCertificates (RFC 5280 §5.1.2.6), each on its own, so that a list grows by appending.
package enum CRLEntryEncoder {
    /// Appends one entry: 35 octets for a serial number of 16 octets, 49 with a reason.
    ///
    /// - Parameter reason: left out when unspecified, as RFC 5280 §5.3.1 wants it.
    package static func encodeEntry(serial: SerialNumber, date: UnixTime, reason: RevocationReason, into bytes: inout [UInt8]) {
        let time = CivilTime(date).fitsUTCTime ? 15 : 17
        let sign = serial.octets.first.map { $0 >= 0x80 ? 1 : 0 } ?? 1
        let extensions = reason == .unspecified ? 0 : reasonPrefix.count + 1
        var writer = DERWriter()
        swap(&writer.storage, &bytes)
        writer.storage.append(0x30)
        writer.appendLength(2 + sign + serial.octets.count + time + extensions)
        writer.integer(serial.octets)
        writer.time(date)
        if extensions > 0 {
            writer.raw(reasonPrefix)
            writer.storage.append(UInt8(reason.rawValue))
        }
        swap(&writer.storage, &bytes)
    }

    // crlEntryExtensions with one reasonCode, up to the ENUMERATED's value.
    private static let reasonPrefix: [UInt8] = [
        0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01,
    ]
}
