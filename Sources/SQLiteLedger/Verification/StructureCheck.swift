import GRDB
import Ledger
import PKI

/// Checks the file as SQLite sees it, and the invariants between the tables. Each is one query that stops at its first hit.
struct StructureCheck {
    let db: Database

    /// Damage of the file itself.
    func fileFault() throws -> LedgerFault? {
        let answer = try db.value("PRAGMA integrity_check(1)", as: String.self)
        guard answer == "ok" else { return .fileDamaged(answer ?? "the integrity check says nothing") }
        return try db.first("PRAGMA foreign_key_check", []) { columns in
            .danglingReference(table: try columns.next(), row: try columns.nextOptional() ?? 0)
        }
    }

    /// Rows that contradict one another.
    func recordFault() throws -> LedgerFault? {
        try counterFault() ?? lineageFault() ?? generationFault() ?? parentFault() ?? sequenceFault()
            ?? revocationFault()
    }

    private func counterFault() throws -> LedgerFault? {
        let tables = [LedgerCounter.certificates: "certificate", .revocations: "revocation", .auditRows: "security_audit"]
        for name in LedgerCounter.allCases {
            guard let table = tables[name] else { continue }
            let kept = Int64(try SQLiteRows(db).value(of: name))
            let counted: Int64 = try db.value("SELECT count(*) FROM \(table)") ?? 0
            guard kept == counted else { return .counterDiffers(name: name.rawValue, kept: kept, counted: counted) }
        }
        let names: Int64 = try db.value("SELECT count(*) FROM counter") ?? 0
        let known = Int64(LedgerCounter.allCases.count)
        return names == known ? nil : .unaudited(table: "counter", audited: known, stored: names)
    }

    private func lineageFault() throws -> LedgerFault? {
        try db.first(
            """
            SELECT profile, name FROM identity i
            WHERE lineage IS NOT (
                    SELECT max(lineage) FROM certificate c WHERE identity_id = i.id
                        AND NOT EXISTS (SELECT 1 FROM adoption WHERE certificate_id = c.id AND aside)
                )
                OR (SELECT max(lineage) <> count(DISTINCT lineage) FROM certificate WHERE identity_id = i.id) LIMIT 1
            """, []
        ) { columns in .lineageMissing(IdentityName(profile: try columns.next(), name: try columns.next())) }
    }

    private func generationFault() throws -> LedgerFault? {
        try db.first(
            """
            SELECT i.profile, i.name, c.lineage FROM (
                SELECT identity_id, lineage FROM certificate GROUP BY identity_id, lineage
                HAVING count(*) <> max(generation) OR min(generation) <> 1 LIMIT 1
            ) c JOIN identity i ON i.id = c.identity_id
            """, []
        ) { columns in .generationMissing(IdentityName(profile: try columns.next(), name: try columns.next()), lineage: try columns.next())
        }
    }

    private func parentFault() throws -> LedgerFault? {
        try db.first(
            """
            SELECT c.serial FROM certificate c LEFT JOIN certificate p ON p.id = c.parent_id
            WHERE (c.generation = 1) <> (c.parent_id IS NULL)
                OR p.identity_id <> c.identity_id OR p.lineage <> c.lineage OR p.generation >= c.generation LIMIT 1
            """, []
        ) { columns in .parentWrong(try SerialNumber(octets: columns.next())) }
    }

    /// Sequences have no gaps: a transaction that is rolled back gives its sequence back.
    private func sequenceFault() throws -> LedgerFault? {
        try db.first(
            """
            SELECT counted, last FROM (
                SELECT (SELECT count(*) FROM revocation) AS counted,
                    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'revocation'), 0) AS last
            ) WHERE counted <> last
            """, []
        ) { columns in .revocationMissing(counted: try columns.next(), last: try columns.next()) }
    }

    private func revocationFault() throws -> LedgerFault? {
        try db.first(
            """
            SELECT coalesce(c.serial, r.serial) FROM revocation r LEFT JOIN certificate c ON c.id = r.certificate_id
            LEFT JOIN crl_state s ON s.issuer = r.issuer
            WHERE r.issuer <> c.issuer OR c.serial <> r.serial OR s.issuer IS NULL
                OR (c.id IS NULL AND EXISTS (SELECT 1 FROM certificate WHERE serial = r.serial))
                OR r.crl_number > max(s.last_number, coalesce(s.reserved_number, 0))
                OR (r.reason = ? AND c.id IS NOT NULL AND c.spki_sha256 NOT IN (SELECT spki_sha256 FROM compromised_key)) LIMIT 1
            """, [.integer(RevocationReason.keyCompromise.rawValue)]
        ) { columns in .revocationWrong(try SerialNumber(octets: columns.next())) }
    }
}

/// Compares the schema of a ledger with the one that this program's migrations make: a trigger, a view or another column changes what every
/// statement does, and no row tells of it.
struct SchemaCheck {
    let db: Database

    /// A table, index, view or trigger as SQLite's schema table has it.
    private struct Object: Equatable {
        let table: String
        let sql: String
    }

    /// The first object that should not be there, is missing, or is another one; nil when the schema is this program's own.
    func fault() throws -> LedgerFault? {
        // Numbers that SQLite keeps for programs, of which this one sets none.
        for number in ["user_version", "application_id"] {
            guard try db.value("PRAGMA \(number)", as: Int64.self) == 0 else { return .schemaForeign(number, .changed) }
        }
        let found = try Self.objects(of: db)
        let expected = try Self.expected(by: try lastMigration())
        for (name, object) in found.sorted(by: { $0.key < $1.key }) where expected[name] != object {
            return .schemaForeign(name, expected[name] == nil ? .foreign : .changed)
        }
        return expected.keys.sorted().first { found[$0] == nil }.map { .schemaForeign($0, .missing) }
    }

    /// The migrations run in their order: the newest one says how far the ledger has come. nil before the first.
    private func lastMigration() throws -> String? {
        let applied = try Schema.migrator.completedMigrations(db)
        return applied.last
    }

    private static func expected(by migration: String?) throws -> [String: Object] {
        guard let migration else { return [:] }
        let fresh = try DatabaseQueue()
        try Schema.migrator.migrate(fresh, upTo: migration)
        return try fresh.inDatabase { try objects(of: $0) }
    }

    /// By kind and name. Blanks and quotation marks do not count: renaming a table writes them differently from one release of SQLite to the next.
    private static func objects(of db: Database) throws -> [String: Object] {
        var objects: [String: Object] = [:]
        try db.forEach("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema", [], isKept: false) { columns in
            let (type, name) = (try columns.next(String.self), try columns.next(String.self))
            let table = try columns.next(String.self)
            let sql = try columns.next(String.self)
            objects["\(type) \(name)"] = Object(table: table, sql: sql.filter { !$0.isWhitespace && $0 != "\"" })
        }
        return objects
    }
}
