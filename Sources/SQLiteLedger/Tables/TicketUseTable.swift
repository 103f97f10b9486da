import Foundation
import GRDB

/// The table `ticket_use`: which certificate a ticket gave to which key. It answers a ticket that is presented again because an answer was lost.
struct TicketUseTable {
    let db: Database

    /// What the ticket gave to this key for this identity.
    func find(ticket: Int64, publicKeySHA256: [UInt8], identity: Int64) throws -> StoredCertificate? {
        let statement = try db.cachedStatement(
            sql: "SELECT certificate_id FROM ticket_use WHERE token_id = ? AND spki_sha256 = ? AND identity_id = ?")
        let id = try Int64.fetchOne(statement, arguments: [ticket, Data(publicKeySHA256), identity])
        return try id.flatMap { try CertificateTable(db: db).find(id: $0) }
    }

    /// Notes a use; a later certificate for the same key takes the place of one that has ended.
    func record(ticket: Int64, publicKeySHA256: [UInt8], identity: Int64, certificate: Int64) throws {
        let sql = """
            INSERT INTO ticket_use (token_id, spki_sha256, identity_id, certificate_id) VALUES (?, ?, ?, ?)
            ON CONFLICT (token_id, spki_sha256, identity_id) DO UPDATE SET certificate_id = excluded.certificate_id
            """
        try db.cachedStatement(sql: sql).execute(arguments: [ticket, Data(publicKeySHA256), identity, certificate])
    }
}
