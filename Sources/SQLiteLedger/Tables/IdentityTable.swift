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
