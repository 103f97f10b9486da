import Ledger
import PKI

/// An issuer's revoked certificates, encoded once and in order: a revocation appends, a build reads nothing again.
struct EntryBuffer: Sendable {
    /// The entries one after the other, DER.
    private(set) var encoded: [UInt8] = []
    /// The ledger's sequence of the newest entry.
    private(set) var sequence: Int64 = 0
    private var entries: [RevokedEntry] = []

    var count: Int { entries.count }

    mutating func append(_ new: [RevokedEntry]) {
        for entry in new {
            CRLEntryEncoder.encodeEntry(serial: entry.serialNumber, date: entry.date, reason: entry.reason, into: &encoded)
            entries.append(entry)
            sequence = max(sequence, entry.sequence)
        }
    }

    /// Seconds that an entry stays after its revocation, whatever its certificate's end: publishers take an entry that vanishes within a day of its
    /// revocation for an attack.
    static let leastStay: Int64 = 2 * 86_400

    /// Drops certificates that had expired when the previous CRL was made: that CRL still listed them (RFC 5280 §3.3).
    /// - Parameters:
    ///   - thisUpdate: the previous CRL's, seconds since 1970.
    ///   - now: seconds since 1970.
    mutating func dropExpired(before thisUpdate: Int64, now: Int64) {
        let isDue = { (entry: RevokedEntry) in entry.notAfter < thisUpdate && entry.date < now - Self.leastStay }
        guard entries.contains(where: isDue) else { return }
        let kept = entries.filter { !isDue($0) }
        entries = []
        encoded = []
        append(kept)
    }

    /// The serial number of an unexpired certificate that `previous` lists and this buffer does not: a ledger that forgot a revocation.
    /// - Parameter known: entries that the ledger still has, expired ones included.
    func forgotten(since previous: CertificateRevocationList) -> SerialNumber? {
        let known = Set(entries.map(\.serialNumber))
        return previous.entries().first { !known.contains($0.serialNumber) }?.serialNumber
    }
}
