import Issuance
import Ledger
import PKI

/// An issuer's revoked certificates, encoded once and in the order of their revocation: a revocation appends, a build reads nothing again.
struct EntryBuffer: Sendable {
    private var list = GrowingRevocationList()
    /// The ledger's sequence of the newest entry.
    private(set) var sequence: Int64 = 0
    /// Each entry's notAfter, which a CRL does not say; `.max` until the backfill has read it.
    private var expiries: [UnixTime] = []
    private var backfill = Backfill()

    /// Progress of the backfill: reading notAfter of entries that came from a file.
    private struct Backfill {
        var entries = 0..<0
        /// Octets of the entries that are done.
        var offset = 0
        /// Of the newest row that was looked at, and of the last one to look at.
        var sequence: Int64 = 0
        var last: Int64 = 0
    }

    /// No entries.
    init() {}

    /// Goes on where a published CRL ends.
    /// - Parameter sequence: the ledger's newest revocation that the CRL lists.
    init(continuing published: consuming CertificateRevocationList, sequence: Int64) {
        expiries = Array(repeating: .max, count: published.entryCount)
        backfill = Backfill(entries: 0..<expiries.count, last: sequence)
        self.sequence = sequence
        list = GrowingRevocationList(continuing: published)
    }

    var count: Int { list.count }
    /// Certificates that end at this time or later have not left; nil when none has left.
    var expiredCertsOnCRL: UnixTime? { list.expiredCertsOnCRL }
    /// The CRL, once it is signed. To be let go of before the next change, which would copy it.
    var der: [UInt8] { list.der }

    /// Appends the entries that it does not have yet.
    mutating func append(_ new: [RevokedEntry]) {
        for entry in new where entry.sequence > sequence {
            list.append(entry.serialNumber, date: entry.date, reason: entry.reason)
            expiries.append(entry.notAfter)
            sequence = entry.sequence
        }
    }

    /// Appends the next rows of the ledger, except certificates that ended before `keptFrom` and are not kept for another reason.
    /// - Parameter isKept: called for every row, in order.
    mutating func rebuild(from rows: [RevokedEntry], keptFrom: UnixTime, isKept: (RevokedEntry) -> Bool) {
        for row in rows {
            if isKept(row) || row.notAfter >= keptFrom {
                append([row])
            } else {
                sequence = row.sequence
                list.expiredCertsOnCRL = keptFrom
            }
        }
    }

    /// Puts a CRL's own fields around the entries.
    /// - Returns: the octets to be signed; to be let go of before the next change, which would copy them.
    mutating func frame(by draft: RevocationListDraft) -> ArraySlice<UInt8> {
        draft.frame(&list)
        return list.tbsOctets
    }

    /// Makes the framed entries the signed CRL.
    mutating func finish(_ draft: RevocationListDraft, with signature: [UInt8]) throws(SigningFault) {
        try draft.finish(&list, with: signature)
    }

    /// The serial number of a certificate that `previous` lists and this buffer does not: a ledger that forgot a revocation.
    func forgotten(since previous: CertificateRevocationList) -> SerialNumber? {
        previous.entryOctets.missing(in: list.entryOctets).first?.serialNumber
    }
}

extension EntryBuffer {
    /// Seconds that an entry stays after its revocation, whatever its certificate's end: publishers take an entry that vanishes within a day of its
    /// revocation for an attack.
    static let leastStay: Int64 = 2 * 86_400

    /// Drops certificates that had expired when the previous CRL was made: that CRL still listed them (RFC 5280 §3.3).
    /// - Parameter thisUpdate: the previous CRL's.
    mutating func dropExpired(before thisUpdate: UnixTime, now: UnixTime) {
        // Positions must not move while some expiries are still learned: those stay a little longer.
        guard backfill.entries.isEmpty, expiries.contains(where: { $0 < thisUpdate }) else { return }
        let gone = list.positions { [expiries] position, date in expiries[position] < thisUpdate && date < now - Self.leastStay }
        guard !gone.isEmpty else { return }
        list.remove(at: gone)
        expiries.removeSubranges(RangeSet(gone, within: expiries))
        list.expiredCertsOnCRL = max(thisUpdate, list.expiredCertsOnCRL ?? thisUpdate)
    }

    /// The sequence after which the backfill goes on; nil when every notAfter is known.
    var backfillsAfter: Int64? { backfill.entries.isEmpty ? nil : backfill.sequence }

    /// Backfills notAfter of entries that came from a file, from the next rows of the ledger. Rows that the file no longer lists are skipped.
    /// - Returns: the serial number of an entry for which the ledger has no row, once all rows were seen.
    mutating func takeExpiries(from rows: [RevokedEntry]) -> SerialNumber? {
        for row in rows where row.sequence <= backfill.last && !backfill.entries.isEmpty {
            backfill.sequence = row.sequence
            guard list.entryOctets.passes(row.serialNumber, at: &backfill.offset) else { continue }
            expiries[backfill.entries.lowerBound] = row.notAfter
            backfill.entries.removeFirst()
        }
        guard rows.isEmpty || backfill.sequence >= backfill.last, !backfill.entries.isEmpty else { return nil }
        defer { backfill.entries = 0..<0 }
        return list.entryOctets.serialNumber(at: backfill.offset)
    }
}

/// The publisher's state of one issuer. A class, so that its buffer is changed in place.
final class PublicationLine {
    let issuer: Issuer
    var buffer = EntryBuffer()
    /// The published CRL's thisUpdate and number; nil before the first one.
    var last: (thisUpdate: UnixTime, number: Int64)?
    /// Time at which the newest CRL was made; nil while a build is due.
    var builtAt: UnixTime?
    /// The second in which the last CRL was signed, by the clock.
    var signedAt: UnixTime?
    /// True when a CRL is due and has to wait for the next second.
    var isWaiting = false
    /// The entries were taken from the ledger again while the clock is behind the published CRL: what comes next may be dated behind that one.
    var isMended = false
    /// True once the files of before the start have been read.
    var isLoaded = false
    /// True once no entry that was published before the start is missing in the buffer.
    var isChecked = false

    init(issuer: Issuer) {
        self.issuer = issuer
    }
}
