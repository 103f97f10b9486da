import GRDB
import Ledger

/// The table `idempotency`: the certificate that a request with an idempotency key got.
struct IdempotencyTable {
    let db: Database

    /// The certificate of an earlier request with the same key; throws when that request had other content.
    /// - Parameter now: seconds since 1970.
    func find(_ claim: IdempotencyClaim, now: Int64) throws -> StoredCertificate? {
        let sql = "SELECT request_sha256, certificate_id FROM idempotency WHERE key_sha256 = ? AND expires_at > ?"
        return try db.first(sql, [.blob(claim.keySHA256), .integer(now)]) { columns in
            guard try columns.next() == claim.requestSHA256 else { throw LedgerError.idempotencyKeyReused }
            return try CertificateTable(db: db).find(id: try columns.next())
        } ?? nil
    }

    /// Notes the certificate of a request; replaces an expired row with the same key.
    func record(_ claim: IdempotencyClaim, certificate: Int64) throws {
        try db.change(
            "INSERT OR REPLACE INTO idempotency (key_sha256, request_sha256, certificate_id, expires_at) VALUES (?, ?, ?, ?)",
            .blob(claim.keySHA256), .blob(claim.requestSHA256), .integer(certificate), .integer(claim.expiresAt))
    }

    /// Deletes at most a thousand expired keys, so that the writer is never held for long.
    func forget(now: Int64) throws {
        try db.change(
            """
            DELETE FROM idempotency
            WHERE key_sha256 IN (SELECT key_sha256 FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT 1000)
            """, .integer(now))
    }
}
