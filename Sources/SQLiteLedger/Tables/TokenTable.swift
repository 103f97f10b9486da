import GRDB
import Ledger

/// The table `token`.
struct TokenTable {
    let db: Database

    /// The token whose secret has this hash.
    func find(secretSHA256: [UInt8]) throws -> TokenRecord? {
        try db.first(Self.selection + " WHERE secret_sha256 = ?", [.blob(secretSHA256)], Self.token)
    }

    /// The token in this row; unknown when there is none.
    func get(id: Int64) throws -> TokenRecord {
        guard let token = try db.first(Self.selection + " WHERE id = ?", [.integer(id)], Self.token) else { throw LedgerError.tokenUnknown }
        return token
    }

    /// Writes a token; returns its id.
    func insert(_ token: TokenRecord) throws -> Int64 {
        let subject = token.ticket.map { Self.columns(of: $0.subject) }
        try db.change(
            """
            INSERT INTO token (accessor, secret_sha256, display_name, policies, created_at, expires_at, max_ttl, uses_left, revoked,
                parent_id, ticket_profile, ticket_kind, ticket_subject, ticket_organization, ticket_type, ticket_names)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(token.accessor), .blob(token.secretSHA256), .text(token.displayName), .text(JSONText.encode(token.policies)),
            .integer(token.createdAt), .integer(token.expiresAt), .integer(token.maxTTL), .integer(token.usesLeft.map(Int64.init)),
            .integer(token.revoked ? 1 : 0), .integer(token.parentID), .text(token.ticket?.profile), .text(subject?.kind),
            .text(subject?.text), .text(token.ticket?.organization), .text(token.ticket?.type),
            .text(token.ticket.flatMap { $0.names.isEmpty ? nil : JSONText.encode($0.names) }))
        return db.lastInsertedRowID
    }

    /// The token with this accessor.
    func find(accessor: String) throws -> TokenRecord? {
        try db.first(Self.selection + " WHERE accessor = ?", [.text(accessor)], Self.token)
    }

    /// Throws when the token is revoked or has ended. Its ancestors need no check: revoking one of them revokes it, too, and a token is only
    /// made while its creator is alive.
    /// - Parameter now: seconds since 1970.
    func requireAlive(id: Int64, at now: Int64) throws {
        guard try db.hasRow("SELECT 1 FROM token WHERE id = ? AND revoked = 0 AND expires_at > ?", .integer(id), .integer(now)) else {
            throw LedgerError.tokenUnknown
        }
    }

    /// Moves a token's end; the group's next event tells it.
    func setExpiry(id: Int64, expiresAt: Int64, in group: WriteGroup) throws {
        group.note(AuditFact.tokenEnds, "\(id):\(expiresAt)")
        try db.change("UPDATE token SET expires_at = ? WHERE id = ?", .integer(expiresAt), .integer(id))
    }

    /// Revokes a token and all that descend from it; the group's next event tells it.
    func revoke(id: Int64, in group: WriteGroup) throws {
        group.note(AuditFact.revokedFamilies, "\(id)")
        try db.change(
            """
            WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT token.id FROM token JOIN family ON token.parent_id = family.id)
            UPDATE token SET revoked = 1 WHERE id IN family
            """, .integer(id))
    }

    /// The first tokens of every living family but one's.
    func families(besides id: Int64) throws -> [Int64] {
        try db.all("SELECT id FROM token WHERE parent_id IS NULL AND revoked = 0 AND id <> ?", [.integer(id)]) { columns in
            try columns.next()
        }
    }

    /// Revokes every token and ticket but one; returns the number revoked.
    func revokeAll(except kept: Int64?) throws -> Int {
        try db.change("UPDATE token SET revoked = 1 WHERE revoked = 0 AND id IS NOT ?", .integer(kept))
        return db.changesCount
    }

    /// The newest token's id; 0 when there is none.
    func lastID() throws -> Int64 {
        try db.value("SELECT max(id) FROM token") ?? 0
    }

    /// Takes one use of a token that has some left; changes nothing for an unlimited one.
    /// - Returns: the number of uses left; nil: unlimited.
    func spendUse(id: Int64) throws -> Int64? {
        try db.value("UPDATE token SET uses_left = uses_left - 1 WHERE id = ? RETURNING uses_left", .integer(id))
    }
}

extension TokenTable {
    private static let selection = """
        SELECT id, accessor, secret_sha256, display_name, policies, created_at, expires_at, max_ttl, uses_left, revoked, parent_id,
            ticket_profile, ticket_kind, ticket_subject, ticket_organization, ticket_type, ticket_names
        FROM token
        """

    private static func token(_ columns: inout ColumnReader) throws -> TokenRecord {
        var token = TokenRecord(
            id: try columns.next(), accessor: try columns.next(), secretSHA256: try columns.next(), displayName: try columns.next(),
            policies: try JSONText.list(from: columns.next()), ticket: nil, createdAt: try columns.next(), expiresAt: try columns.next(),
            maxTTL: try columns.nextOptional(), usesLeft: try columns.nextOptional(), revoked: try columns.next(Int.self) != 0,
            parentID: try columns.nextOptional())
        token.ticket = try ticket(&columns)
        return token
    }

    private static func ticket(_ columns: inout ColumnReader) throws -> TicketScope? {
        let (profile, kind, text) = (
            try columns.nextOptional(String.self), try columns.nextOptional(String.self), try columns.nextOptional(String.self)
        )
        let subject: TicketScope.Subject
        switch (kind, text) {
        case ("identity", let name?): subject = .identity(name)
        case ("pattern", let glob?): subject = .pattern(glob)
        case (nil, nil) where profile == nil: return nil
        default: throw LedgerError.corrupt("a token has a part of a ticket only, or a ticket of an unknown kind")
        }
        guard let profile else { throw LedgerError.corrupt("a ticket has no profile") }
        return TicketScope(
            profile: profile, subject: subject, organization: try columns.nextOptional(), type: try columns.nextOptional(),
            names: try columns.nextOptional(String.self).map { try JSONText.list(from: $0) } ?? [])
    }

    private static func columns(of subject: TicketScope.Subject) -> (kind: String, text: String) {
        switch subject {
        case .identity(let name): ("identity", name)
        case .pattern(let glob): ("pattern", glob)
        }
    }
}
