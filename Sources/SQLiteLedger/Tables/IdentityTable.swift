import GRDB
import Ledger

/// An identity with its row number.
struct StoredIdentity: Sendable {
    let id: Int64
    let record: IdentityRecord
    /// The newest token at the moment of the last suspension: later ones know of it.
    let suspendedAfterToken: Int64?
}

/// The table `identity`.
struct IdentityTable {
    let db: Database

    /// The identity of this name in its profile.
    func find(_ name: IdentityName) throws -> StoredIdentity? {
        try db.first(Self.selection + " WHERE name = ? AND profile = ?", [.text(name.name), .text(name.profile)], Self.identity)
    }

    /// The identity that a token may enrol again; nil for a new one. Throws when it is suspended, or known with another organization.
    func admitted(_ certificate: CertificateRecord) throws -> StoredIdentity? {
        guard let identity = try find(certificate.identity) else { return nil }
        guard identity.record.suspendedAt == nil else { throw LedgerError.identitySuspended(identity.record.name) }
        try identity.record.admitOrganization(of: certificate)
        return identity
    }

    /// True when nobody has the certificate's name yet and its key is not compromised: one statement, which begins one read of the file.
    func isFree(_ certificate: CertificateRecord) throws -> Bool {
        let sql = """
            SELECT 1 FROM identity WHERE name = ?1 AND profile = ?2 UNION ALL SELECT 1 FROM compromised_key WHERE spki_sha256 = ?3
            """
        let name = certificate.identity
        return try !db.hasRow(sql, .text(name.name), .text(name.profile), .blob(certificate.publicKeySHA256))
    }

    /// An identity that a certificate points to.
    func get(id: Int64) throws -> StoredIdentity {
        guard let identity = try db.first(Self.selection + " WHERE id = ?", [.integer(id)], Self.identity) else {
            throw LedgerError.corrupt("identity \(id) is missing")
        }
        return identity
    }

    /// Makes an identity with its first lineage; returns its id.
    func insert(_ name: IdentityName, organization: String?) throws -> Int64 {
        try db.change(
            "INSERT INTO identity (profile, name, organization, lineage) VALUES (?, ?, ?, 1)", .text(name.profile), .text(name.name),
            .text(organization))
        return db.lastInsertedRowID
    }

    /// Begins the next lineage of an identity. It is active afterwards: whoever may enrol a suspended identity reactivates it. Tickets from before
    /// the suspension stay void: whoever stole the key may hold one.
    /// - Returns: the lineage's number, above those of certificates that were adopted aside.
    func advance(_ identity: StoredIdentity, organization: String?) throws -> Int {
        let sql = """
            UPDATE identity SET lineage = coalesce((SELECT max(lineage) FROM certificate WHERE identity_id = ?2), lineage) + 1,
                suspended_at = NULL,
                organization = coalesce(organization, ?1) WHERE id = ?2 RETURNING lineage
            """
        guard let lineage = try db.value(sql, .text(organization), .integer(identity.id), as: Int.self) else {
            throw LedgerError.corrupt("identity \(identity.id) is missing")
        }
        return lineage
    }

    /// Suspends an identity; tokens that exist by now cannot reactivate it. The group's next event tells it.
    func suspend(id: Int64, date: Int64, in group: WriteGroup) throws {
        let last = try TokenTable(db: db).lastID()
        let sql = "UPDATE identity SET suspended_at = ?, suspended_after_token = ? WHERE id = ?"
        try db.change(sql, .integer(date), .integer(last), .integer(id))
        group.note(AuditFact.suspensions, "\(id):\(date):\(last)")
    }

    private static let selection = "SELECT id, profile, name, organization, lineage, suspended_at, suspended_after_token FROM identity"

    private static func identity(_ columns: inout ColumnReader) throws -> StoredIdentity {
        StoredIdentity(
            id: try columns.next(),
            record: IdentityRecord(
                name: IdentityName(profile: try columns.next(), name: try columns.next()), organization: try columns.nextOptional(),
                lineage: try columns.next(), suspendedAt: try columns.nextOptional()),
            suspendedAfterToken: try columns.nextOptional())
    }
}
