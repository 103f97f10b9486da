import GRDB
import Ledger
import PKI

/// Replays the audit log into a temporary database: the state that identities, tokens and tickets' uses must have now.
///
/// Rows that older programs wrote tell less; what they may have changed is unknown, and not compared, until a later row says it.
struct AuditReplay {
    let replay: Database
    /// The ledger.
    let db: Database

    static let schema = """
        CREATE TABLE identity (id INTEGER PRIMARY KEY, suspended_at INTEGER, after_token INTEGER, known INTEGER, after_known INTEGER);
        CREATE TABLE token (
            id INTEGER PRIMARY KEY, parent INTEGER, uses INTEGER, uses_exact INTEGER, expires INTEGER, revoked INTEGER NOT NULL DEFAULT 0,
            revoked_known INTEGER
        );
        CREATE INDEX child ON token (parent);
        CREATE TABLE ticket_use (
            token INTEGER, spki BLOB, identity INTEGER, certificate INTEGER, PRIMARY KEY (token, spki, identity)
        ) WITHOUT ROWID;
        CREATE TABLE idempotency (certificate INTEGER PRIMARY KEY, sha256 TEXT, expires INTEGER);
        CREATE TABLE compromised_key (spki BLOB PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE held_name (name TEXT, identity INTEGER, PRIMARY KEY (name, identity)) WITHOUT ROWID;
        """

    /// Applies a certificate that the row recorded.
    func issued(_ certificate: StoredCertificate, _ row: AuditFacts) throws {
        if certificate.record.generation == 1, !row.isAside {
            // A new lineage reactivates its identity.
            try replay.change(
                """
                INSERT INTO identity (id, known, after_known) VALUES (?, 1, 1)
                ON CONFLICT (id) DO UPDATE SET suspended_at = NULL, known = 1
                """, .integer(certificate.identityID))
        }
        if let ticket = try ticket(of: row) {
            try replay.change(
                "INSERT OR REPLACE INTO ticket_use (token, spki, identity, certificate) VALUES (?, ?, ?, ?)", .integer(ticket),
                .blob(certificate.record.publicKeySHA256), .integer(certificate.identityID), .integer(certificate.id))
            if !row.isComplete { try replay.change("UPDATE token SET uses = uses - 1 WHERE id = ?", .integer(ticket)) }
        }
        if let claim = row.text(AuditFact.idempotency)?.split(separator: ":"), claim.count == 2, let end = Int64(claim[0]) {
            try replay.change(
                "INSERT INTO idempotency (certificate, sha256, expires) VALUES (?, ?, ?)", .integer(certificate.id),
                .text(String(claim[1])), .integer(end))
        }
    }

    private func ticket(of row: AuditFacts) throws -> Int64? {
        if row.isComplete { return row.number(AuditFact.ticketID) }
        guard row.principal.hasPrefix("ticket:") else { return nil }
        return try token(accessor: String(row.principal.dropFirst(7)))
    }

    private func token(accessor: String) throws -> Int64? { try SQLiteRows(db).token(accessor: accessor)?.id }

    /// Applies a token that the row created.
    func created(_ token: TokenRecord, _ row: AuditFacts) throws {
        // Older rows have what the caller told: the same.
        let uses = row.isComplete ? nil : row.number("uses")
        let end = token.maxTTL == nil ? token.expiresAt.seconds : row.number("expires_at")
        try replay.change(
            "INSERT INTO token (id, parent, uses, uses_exact, expires, revoked_known) VALUES (?, ?, ?, ?, ?, 1)", .integer(token.id),
            // Older programs let a token be used without a row.
            .integer(token.parentID), .integer(uses), .integer(row.isComplete || token.ticket != nil ? 1 : 0), .integer(end))
    }

    /// Applies the row's other facts, in the order in which they happened.
    func changed(_ row: AuditFacts) throws {
        for (token, left) in row.pairs(AuditFact.tokenUses) {
            try replay.change("UPDATE token SET uses = ?, uses_exact = 1 WHERE id = ?", .integer(left), .integer(token))
        }
        for (token, end) in row.pairs(AuditFact.tokenEnds) {
            try replay.change("UPDATE token SET expires = ? WHERE id = ?", .integer(end), .integer(token))
        }
        for token in row.numbers(AuditFact.revokedFamilies) { try revoke(family: token) }
        if !row.isComplete { try changedBefore(row) }
        if row.action == .recover { try recovered(row) }
        for suspension in row.triples(AuditFact.suspensions) {
            try replay.change(
                """
                INSERT INTO identity (id, suspended_at, after_token, known, after_known) VALUES (?1, ?2, ?3, 1, 1)
                ON CONFLICT (id) DO UPDATE SET suspended_at = ?2, after_token = ?3, known = 1, after_known = 1
                """, .integer(suspension.0), .integer(suspension.1), .integer(suspension.2))
        }
        if row.action == .revoke, row.text(AuditFact.reason) == RevocationReason.keyCompromise.name, let serial = row.serial,
            let key = try db.value("SELECT spki_sha256 FROM certificate WHERE serial = ?", .blob(serial.octets), as: [UInt8].self)
        {
            try replay.change("INSERT OR IGNORE INTO compromised_key (spki) VALUES (?)", .blob(key))
        }
    }

    /// Applies a row of an older program, and marks as unknown the state that it changed without saying so.
    private func changedBefore(_ row: AuditFacts) throws {
        switch row.action {
        case .tokenRenew:
            guard let token = try token(accessor: row.resource) else { return }
            try replay.change("UPDATE token SET expires = NULL WHERE id = ?", .integer(token))
        case .tokenRevoke: if let token = try token(accessor: row.resource) { try revoke(family: token) }
        case .revoke: try forgetSuspensions(row)
        default: break
        }
    }

    private func forgetSuspensions(_ row: AuditFacts) throws {
        let sql = """
            SELECT DISTINCT c.identity_id FROM certificate c LEFT JOIN revocation r ON r.certificate_id = c.id
            WHERE r.sequence > ? AND r.sequence <= ? OR c.serial = ?
            """
        let range = row.revocations
        let identities = try db.all(
            sql, [.integer(range.lowerBound), .integer(range.upperBound), .blob(row.serial?.octets ?? [])]
        ) { columns in try columns.next(Int64.self) }
        for identity in identities {
            try replay.change("UPDATE identity SET known = 0, after_known = 0 WHERE id = ?", .integer(identity))
        }
    }

    private func revoke(family token: Int64) throws {
        try replay.change(
            """
            WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT token.id FROM token JOIN family ON token.parent = family.id)
            UPDATE token SET revoked = 1, revoked_known = 1 WHERE id IN family
            """, .integer(token))
    }

    private func recovered(_ row: AuditFacts) throws {
        guard row.isComplete else {
            try replay.change("UPDATE token SET revoked_known = 0 WHERE revoked = 0")
            return try replay.change("UPDATE identity SET known = 0, after_known = 0")
        }
        try replay.change(
            "UPDATE token SET revoked = 1, revoked_known = 1 WHERE id IS NOT ?", .integer(row.number(AuditFact.keptToken)))
    }
}
