import GRDB
import Ledger
import PKI

/// The table `identity`.
extension SQLiteRows {
    func identity(_ name: IdentityName) throws -> StoredIdentity? {
        try db.first(Self.selection + " WHERE name = ? AND profile = ?", [.text(name.name), .text(name.profile)], Self.storedIdentity)
    }

    func identity(id: Int64) throws -> StoredIdentity? {
        try db.first(Self.selection + " WHERE id = ?", [.integer(id)], Self.storedIdentity)
    }

    func isFree(_ certificate: CertificateRecord) throws -> Bool {
        let sql = """
            SELECT 1 FROM identity WHERE name = ?1 AND profile = ?2 UNION ALL SELECT 1 FROM compromised_key WHERE spki_sha256 = ?3
            """
        let name = certificate.identity
        return try !db.hasRow(sql, .text(name.name), .text(name.profile), .blob(certificate.publicKeySHA256))
    }

    private static let selection = "SELECT id, profile, name, organization, lineage, suspended_at, suspended_after_token FROM identity"

    private static func storedIdentity(_ columns: inout ColumnReader) throws -> StoredIdentity {
        StoredIdentity(
            id: try columns.next(),
            record: IdentityRecord(
                name: IdentityName(profile: try columns.next(), name: try columns.next()), organization: try columns.nextOptional(),
                lineage: try columns.next(), suspendedAt: try columns.nextOptional()),
            suspendedAfterToken: try columns.nextOptional())
    }
}

extension WriteGroup {
    func insertIdentity(_ name: IdentityName, organization: String?) throws -> Int64 {
        try db.change(
            "INSERT INTO identity (profile, name, organization, lineage) VALUES (?, ?, ?, 1)", .text(name.profile), .text(name.name),
            .text(organization))
        return db.lastInsertedRowID
    }

    /// Above the lineages of certificates that were adopted aside, too.
    func beginLineage(of identity: Int64, organization: String?) throws -> Int {
        let sql = """
            UPDATE identity SET lineage = coalesce((SELECT max(lineage) FROM certificate WHERE identity_id = ?2), lineage) + 1,
                suspended_at = NULL, organization = ?1 WHERE id = ?2 RETURNING lineage
            """
        guard let lineage = try db.value(sql, .text(organization), .integer(identity), as: Int.self) else {
            throw LedgerError.corrupt("identity \(identity) is missing")
        }
        return lineage
    }

    func suspend(identity: Int64, date: UnixTime, after token: Int64) throws {
        let sql = "UPDATE identity SET suspended_at = ?, suspended_after_token = ? WHERE id = ?"
        try db.change(sql, .integer(date), .integer(token), .integer(identity))
    }
}

/// The table `held_name`: names other than its own for which an identity was ever certified.
extension SQLiteRows {
    func holders(ofName name: String) throws -> [NameHolder] {
        let sql = "SELECT id FROM identity WHERE name = ?1 UNION SELECT identity_id FROM held_name WHERE name = ?1"
        return try db.all(sql, [.text(name)]) { columns in (try columns.next(), name) }
    }

    func holders(ofNamesEnding end: String) throws -> [NameHolder] {
        let sql = """
            SELECT id, name FROM identity WHERE substr(name, -length(?1)) = ?1
            UNION SELECT identity_id, name FROM held_name WHERE substr(name, -length(?1)) = ?1
            """
        return try db.all(sql, [.text(end)]) { columns in (try columns.next(), try columns.next()) }
    }

    /// Goes through the names of all certificates that are not their identity's own. Most certificates have none.
    func forEachHeldName(_ body: (_ name: String, _ identity: Int64) throws -> Void) throws {
        let sql = """
            SELECT i.id, i.name, c.common_name, c.sans FROM certificate c JOIN identity i ON i.id = c.identity_id
            WHERE c.sans <> '["URI:urn:uuid:' || i.name || '"]' AND c.sans <> '["DNS:' || i.name || '"]'
            """
        try db.forEach(sql, []) { columns in
            let (id, own) = (try columns.next(Int64.self), try columns.next(String.self))
            let names = CertificateRecord.heldNames(commonName: try columns.next(), alternatives: try JSONText.list(from: columns.next()))
            for name in names where name != own { try body(name, id) }
        }
    }
}

extension WriteGroup {
    func insertHeldName(_ name: String, identity: Int64) throws {
        try db.change("INSERT INTO held_name (name, identity_id) VALUES (?, ?) ON CONFLICT DO NOTHING", .text(name), .integer(identity))
    }
}

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
