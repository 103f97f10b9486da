/// An issuer's CRLs, one after the other, in one buffer: a revocation appends its entry, a build writes the few octets around the entries anew.
/// With a million entries nothing large is copied, and the list that is published is the same memory.
package struct GrowingRevocationList: Sendable {
    /// The CertificateList, once signed. A kept reference makes the next change copy all of it.
    package private(set) var der: [UInt8] = []
    /// Number of entries.
    package private(set) var count = 0
    /// Every revoked certificate that ends then or later is listed: said by the list once an entry has left.
    package var expiredCertsOnCRL: UnixTime?
    /// Range of the entries in `der`; the octets around them are from the last build.
    private var entries = 0..<0
    private var tbs = 0..<0
    /// Octets of the entries that have been read back.
    private var readBack = (octets: 0, count: 0)

    /// No entries.
    package init() {}

    /// Goes on where a list that was read ends.
    package init(continuing list: consuming CertificateRevocationList) {
        der = list.der
        count = list.entryCount
        expiredCertsOnCRL = list.expiredCertsOnCRL
        entries = list.entryOctets.range
        readBack = (entries.count, count)
    }

    /// The entries as they are now; to be let go of before the next change.
    package var entryOctets: CRLEntries { CRLEntries(bytes: der, range: entries) }

    /// The octets to be signed; to be let go of before the next change.
    package var tbsOctets: ArraySlice<UInt8> { der[tbs] }

    package mutating func append(_ serial: SerialNumber, date: UnixTime, reason: RevocationReason) {
        if der.count > entries.upperBound { der.removeSubrange(entries.upperBound...) }
        CRLEntryEncoder.encodeEntry(serial: serial, date: date, reason: reason, into: &der)
        entries = entries.lowerBound..<der.count
        count += 1
    }

    /// Removes the entries at these positions, in rising order.
    package mutating func remove(at positions: [Int]) {
        var kept = entries.lowerBound
        for range in ranges(without: positions) {
            // In place: octets only ever move to the front.
            unsafe der.withUnsafeMutableBytes { octets in
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: octets[kept..<kept + range.count])
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: octets[range]))
            }
            kept += range.count
        }
        der.removeSubrange(kept...)
        entries = entries.lowerBound..<kept
        count -= positions.count
        readBack = (0, 0)
    }

    private func ranges(without positions: [Int]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = entries.lowerBound
        var gone = positions[...]
        var walk = CRLEntries.Walk(entryOctets)
        while let next = gone.first, let entry = walk.next() {
            guard walk.count - 1 == next else { continue }
            ranges.append(start..<entry.whole.lowerBound)
            start = entry.whole.upperBound
            gone = gone.dropFirst()
        }
        return ranges + [start..<entries.upperBound]
    }
}

extension GrowingRevocationList {
    /// Puts the list's own fields around the entries: `tbsOctets` are ready to be signed.
    package mutating func frame(by template: CRLTemplate, number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime) {
        let frame = template.frame(
            number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, expiredCertsOnCRL: expiredCertsOnCRL,
            entryOctets: entries.count)
        der.replaceSubrange(entries.upperBound..., with: frame.tail)
        // Room for the outermost header, as long as a signature of the usual size makes it.
        let header = CRLTemplate.header(content: frame.head.count + entries.count + frame.tail.count + 90)
        der.replaceSubrange(..<entries.lowerBound, with: header + frame.head)
        entries = header.count + frame.head.count..<header.count + frame.head.count + entries.count
        tbs = header.count..<der.count
    }

    /// Makes `der` the signed list.
    package mutating func sign(by template: CRLTemplate, _ signature: [UInt8]) {
        der.append(contentsOf: template.signatureFields(signature))
        let header = CRLTemplate.header(content: der.count - tbs.lowerBound)
        let shift = header.count - tbs.lowerBound
        der.replaceSubrange(..<tbs.lowerBound, with: header)
        entries = entries.lowerBound + shift..<entries.upperBound + shift
        tbs = tbs.lowerBound + shift..<tbs.upperBound + shift
    }

    /// Reads the signed list back with the strict reader: all fields around the entries, and each entry that is new since the last time.
    /// - Returns: true when it equals the list that was to be written.
    package mutating func readsBack(number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime) throws(InvalidCRL) -> Bool {
        let parts = try CRLParts(der: der)
        guard parts.tbs == tbs, parts.entries == entries || (parts.entries.isEmpty && entries.isEmpty),
            parts.extensions.number == number, parts.thisUpdate == thisUpdate, parts.nextUpdate == nextUpdate,
            parts.extensions.expiredCertsOnCRL == expiredCertsOnCRL
        else { return false }
        var reader = CRLEntryReader(der, in: entries.lowerBound + readBack.octets..<entries.upperBound)
        while try reader.next() != nil { readBack.count += 1 }
        readBack.octets = entries.count
        return readBack.count == count
    }
}

extension GrowingRevocationList {
    /// The positions of entries, in rising order, that are chosen by position and date.
    package func positions(where isChosen: (_ position: Int, _ date: UnixTime) -> Bool) -> [Int] {
        var chosen: [Int] = []
        var walk = CRLEntries.Walk(entryOctets)
        while let entry = walk.next() {
            if isChosen(walk.count - 1, entry.date) { chosen.append(walk.count - 1) }
        }
        return chosen
    }
}
