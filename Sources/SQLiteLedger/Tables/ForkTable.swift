import GRDB
import Ledger
import PKI

/// The table `fork`: certificates that were presented for renewal although another of their identity had taken their place.
struct ForkTable {
    let db: Database

    /// Notes a fork; the first sight of a certificate stays.
    /// - Parameters:
    ///   - exclusive: a new enrolment ends the line, and so the fork.
    ///   - seenAt: seconds since 1970.
    func insert(presented: SerialNumber, current: SerialNumber, exclusive: Bool, seenAt: Int64) throws {
        let sql = """
            INSERT INTO fork (presented_id, current_id, exclusive, seen_at)
                SELECT p.id, c.id, ?, ? FROM certificate p JOIN certificate c ON c.serial = ? WHERE p.serial = ?
                ON CONFLICT DO NOTHING
            """
        try db.change(sql, .integer(exclusive ? 1 : 0), .integer(seenAt), .blob(current.octets), .blob(presented.octets))
    }

    /// Identities with an open fork: neither certificate was revoked, the identity was neither suspended nor, where that ends the lineage,
    /// enrolled again; and a certificate of the lineage, or of an older one the presented certificate, is still good.
    /// - Parameter now: seconds since 1970.
    func open(at now: Int64) throws -> [IdentityName] {
        let sql = """
            SELECT DISTINCT i.profile, i.name FROM fork f
            JOIN certificate p ON p.id = f.presented_id 
            JOIN certificate c ON c.id = f.current_id AND c.identity_id = p.identity_id JOIN identity i ON i.id = c.identity_id
            WHERE i.suspended_at IS NULL AND (p.lineage <> c.lineage OR NOT f.exclusive OR NOT EXISTS (
                    SELECT 1 FROM certificate e WHERE e.identity_id = i.id AND e.lineage > c.lineage AND e.issued_at >= f.seen_at
                ))
                AND NOT EXISTS (SELECT 1 FROM revocation WHERE certificate_id IN (f.presented_id, f.current_id))
                AND (p.not_after >= ?1 OR (p.lineage = c.lineage AND EXISTS (
                    SELECT 1 FROM certificate l LEFT JOIN revocation r ON r.certificate_id = l.id
                    WHERE l.identity_id = i.id AND l.lineage = c.lineage AND l.not_after >= ?1 AND r.certificate_id IS NULL
                )))
            ORDER BY f.seen_at
            """
        return try db.all(sql, [.integer(now)]) { columns in
            IdentityName(profile: try columns.next(), name: try columns.next())
        }
    }
}
