import GRDB
import Ledger

/// The table `ticket_use`: the certificate that a ticket gave to a key. It answers a ticket that is presented again after a lost answer.
struct TicketUseTable {
    let db: Database

    /// The certificate that the ticket gave to this key for this identity.
    func find(ticket: Int64, publicKeySHA256: [UInt8], identity: Int64) throws -> StoredCertificate? {
        let sql = "SELECT certificate_id FROM ticket_use WHERE token_id = ? AND spki_sha256 = ? AND identity_id = ?"
        let id = try db.value(sql, .integer(ticket), .blob(publicKeySHA256), .integer(identity), as: Int64.self)
        return try id.flatMap { try CertificateTable(db: db).find(id: $0) }
    }

    /// Notes a use; a later certificate for the same key takes the place of one that has ended.
    func record(ticket: Int64, publicKeySHA256: [UInt8], identity: Int64, certificate: Int64) throws {
        try db.change(
            """
            INSERT INTO ticket_use (token_id, spki_sha256, identity_id, certificate_id) VALUES (?, ?, ?, ?)
            ON CONFLICT (token_id, spki_sha256, identity_id) DO UPDATE SET certificate_id = excluded.certificate_id
            """, .integer(ticket), .blob(publicKeySHA256), .integer(identity), .integer(certificate))
    }
}
