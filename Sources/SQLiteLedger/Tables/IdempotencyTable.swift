import GRDB
import Ledger
import PKI

/// The tables `idempotency` and `ticket_use`: the certificates that are answered again after a lost answer.
extension SQLiteRows {
    func idempotencyKey(sha256: [UInt8], at now: UnixTime) throws -> (requestSHA256: [UInt8], certificate: Int64)? {
        let sql = "SELECT request_sha256, certificate_id FROM idempotency WHERE key_sha256 = ? AND expires_at > ?"
        return try db.first(sql, [.blob(sha256), .integer(now)]) { columns in (try columns.next(), try columns.next()) }
    }

    func ticketUse(ticket: Int64, key sha256: [UInt8], identity: Int64) throws -> Int64? {
        let sql = "SELECT certificate_id FROM ticket_use WHERE token_id = ? AND spki_sha256 = ? AND identity_id = ?"
        return try db.value(sql, .integer(ticket), .blob(sha256), .integer(identity))
    }
}

extension WriteGroup {
    func insert(_ claim: IdempotencyClaim, certificate: Int64) throws {
        try db.change(
            "INSERT OR REPLACE INTO idempotency (key_sha256, request_sha256, certificate_id, expires_at) VALUES (?, ?, ?, ?)",
            .blob(claim.keySHA256), .blob(claim.requestSHA256), .integer(certificate), .integer(claim.expiresAt))
    }

    func deleteIdempotencyKeys(expiredAt now: UnixTime) throws {
        try db.change(
            """
            DELETE FROM idempotency
            WHERE key_sha256 IN (SELECT key_sha256 FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT 1000)
            """, .integer(now))
    }

    func insertTicketUse(ticket: Int64, key sha256: [UInt8], identity: Int64, certificate: Int64) throws {
        try db.change(
            """
            INSERT INTO ticket_use (token_id, spki_sha256, identity_id, certificate_id) VALUES (?, ?, ?, ?)
            ON CONFLICT (token_id, spki_sha256, identity_id) DO UPDATE SET certificate_id = excluded.certificate_id
            """, .integer(ticket), .blob(sha256), .integer(identity), .integer(certificate))
    }
}
