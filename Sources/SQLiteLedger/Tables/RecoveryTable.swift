import GRDB
import Ledger

/// The tables `recovery`, with the times whose records a restored ledger lacks, and `adoption`, with the certificates recorded again.
struct RecoveryTable {
    let db: Database

    /// Seconds by which requests that ran side by side may have been recorded out of the order of their times.
    static let slack: Int64 = 60

    /// True when there was a recovery.
    func hasAny() throws -> Bool { try db.hasRow("SELECT 1 FROM recovery LIMIT 1") }

    /// Time of the newest recovery, seconds since 1970; nil without one.
    func newest() throws -> Int64? { try db.value("SELECT max(recovered_at) FROM recovery") }

    /// Notes that the records between two times are lost, in seconds since 1970.
    func insert(since: Int64, recoveredAt: Int64) throws {
        try db.change("INSERT INTO recovery (recovered_at, since) VALUES (?, ?)", .integer(recoveredAt), .integer(since))
    }

    /// True when a certificate with this notBefore may be missing because of a recovery.
    func admits(notBefore: Int64, backdating: Int64) throws -> Bool {
        let sql = "SELECT 1 FROM recovery WHERE ? BETWEEN since - ? AND recovered_at LIMIT 1"
        return try db.hasRow(sql, .integer(notBefore), .integer(backdating + Self.slack))
    }

    /// Notes that a certificate was adopted.
    func insertAdoption(certificate: Int64, aside: Bool) throws {
        try db.change("INSERT INTO adoption (certificate_id, aside) VALUES (?, ?)", .integer(certificate), .integer(aside ? 1 : 0))
    }

    /// The lineage after an identity's last one, those of adopted certificates included.
    func freeLineage(identity: Int64) throws -> Int {
        try db.value("SELECT coalesce(max(lineage), 0) + 1 FROM certificate WHERE identity_id = ?", .integer(identity)) ?? 1
    }
}
