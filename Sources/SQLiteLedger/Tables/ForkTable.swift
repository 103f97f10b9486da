import GRDB
import Ledger
import PKI

/// The table `fork`: certificates that were presented for renewal although another of their identity had taken their place.
extension SQLiteRows {
    func openForks(at now: UnixTime) throws -> [IdentityName] {
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

extension WriteGroup {
    func insertFork(presented: Int64, current: Int64, exclusive: Bool, seenAt: UnixTime) throws {
        try db.change(
            "INSERT INTO fork (presented_id, current_id, exclusive, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            .integer(presented), .integer(current), .integer(exclusive ? 1 : 0), .integer(seenAt))
    }
}
