import Ledger
import PKI

/// Compares a published CRL with the ledger: every revocation that was promised for it is in it, and it lists nothing else.
///
/// Both are in the order of revocation and walked side by side, so that a million entries take no memory.
struct ListComparison {
    let list: CertificateRevocationList
    let issuer: String
    let ledger: any CRLLedger
    let now: UnixTime

    private static let page = 4_096

    func run() async throws {
        let entries = list.entryOctets
        // A clock that was ahead may have made the list: what it took for expired is not.
        let end = min(list.thisUpdate, now, list.expiredCertsOnCRL ?? .max)
        let last = try await ledger.lastSequence(issuer: issuer, inCRL: list.number ?? 0)
        var (offset, sequence) = (0, Int64(0))
        while true {
            let rows = try await ledger.revokedEntries(issuer: issuer, after: sequence, limit: Self.page)
            for row in rows where !entries.passes(row.serialNumber, at: &offset) {
                // Later revocations are in a later list; those of expired certificates may have left.
                if row.sequence <= last, row.notAfter >= end { throw fault(of: row, offset: offset) }
            }
            guard let end = rows.last?.sequence else { break }
            sequence = end
        }
        if let stray = entries.serialNumber(at: offset) { throw unknown(stray) }
    }

    private func fault(of row: RevokedEntry, offset: Int) -> OperatorError {
        if list.contains(row.serialNumber), let stray = list.entryOctets.serialNumber(at: offset) { return unknown(stray) }
        return OperatorError(
            summary: "the published CRL \(list.number ?? 0) of \(issuer) does not list the revoked certificate \(row.serialNumber)",
            remedy: "restart the server: it publishes a new one; find out why this one was incomplete")
    }

    private func unknown(_ stray: SerialNumber) -> OperatorError {
        OperatorError(
            summary: "the published CRL of \(issuer) lists \(stray), which the ledger does not know as revoked",
            remedy: "the ledger is older than what it published: restore the newest copy of it")
    }
}
