import Foundation
import GRDB
import Ledger

/// The table `idempotency`: which certificate a named request got.
struct IdempotencyTable {
    let db: Database

    /// The certificate of an earlier request of the same name; throws when that one asked for something else.
    /// - Parameter now: seconds since 1970.
    func find(_ claim: IdempotencyClaim, now: Int64) throws -> StoredCertificate? {
        let statement = try db.cachedStatement(
            sql: "SELECT request_sha256, certificate_id FROM idempotency WHERE key_sha256 = ? AND expires_at > ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(claim.keySHA256), now]) else { return nil }
        var columns = ColumnReader(row)
        guard try columns.octets() == claim.requestSHA256 else { throw LedgerError.idempotencyKeyReused }
        return try CertificateTable(db: db).find(id: try columns.next())
    }

    /// Notes what the request got; takes the place of one whose time is over.
    func record(_ claim: IdempotencyClaim, certificate: Int64) throws {
        let sql = "INSERT OR REPLACE INTO idempotency (key_sha256, request_sha256, certificate_id, expires_at) VALUES (?, ?, ?, ?)"
        try db.cachedStatement(sql: sql)
            .execute(arguments: [Data(claim.keySHA256), Data(claim.requestSHA256), certificate, claim.expiresAt])
    }

    /// Removes at most a thousand names whose time is over: the writer is never held for long.
    func forget(now: Int64) throws {
        let sql = """
            DELETE FROM idempotency
            WHERE key_sha256 IN (SELECT key_sha256 FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT 1000)
            """
        try db.cachedStatement(sql: sql).execute(arguments: [now])
    }
}
