import Foundation
import GRDB
import Ledger

/// The table `token`.
struct TokenTable {
    let db: Database

    /// The token whose secret has this hash.
    func find(secretSHA256: [UInt8]) throws -> TokenRecord? {
        let statement = try db.cachedStatement(sql: "\(Self.selection) WHERE secret_sha256 = ?")
        return try Row.fetchOne(statement, arguments: [Data(secretSHA256)]).map(Self.token)
    }

    /// The token in this row; unknown when there is none.
    func get(id: Int64) throws -> TokenRecord {
        let statement = try db.cachedStatement(sql: "\(Self.selection) WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { throw LedgerError.tokenUnknown }
        return try Self.token(row)
    }

    /// Writes a token; returns its id.
    func insert(_ token: TokenRecord) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO token (accessor, secret_sha256, display_name, policies, created_at, expires_at, max_ttl, uses_left, revoked,
                    parent_id, ticket_profile, ticket_kind, ticket_subject, ticket_organization, ticket_type)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let subject = token.ticket.map { Self.columns(of: $0.subject) }
        try statement.execute(arguments: [
            token.accessor, Data(token.secretSHA256), token.displayName, JSONText.encode(token.policies), token.createdAt,
            token.expiresAt, token.maxTTL, token.usesLeft, token.revoked ? 1 : 0, token.parentID, token.ticket?.profile, subject?.kind,
            subject?.text, token.ticket?.organization, token.ticket?.type,
        ])
        return db.lastInsertedRowID
    }

    /// Moves a token's end.
    func setExpiry(id: Int64, expiresAt: Int64) throws {
        try db.cachedStatement(sql: "UPDATE token SET expires_at = ? WHERE id = ?").execute(arguments: [expiresAt, id])
    }

    /// Revokes a token and all that descend from it.
    func revoke(id: Int64) throws {
        let sql = """
            WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT token.id FROM token JOIN family ON token.parent_id = family.id)
            UPDATE token SET revoked = 1 WHERE id IN family
            """
        try db.cachedStatement(sql: sql).execute(arguments: [id])
    }

    /// Revokes every token and ticket but one; answers how many.
    func revokeAll(except kept: Int64?) throws -> Int {
        try db.cachedStatement(sql: "UPDATE token SET revoked = 1 WHERE revoked = 0 AND id IS NOT ?").execute(arguments: [kept])
        return db.changesCount
    }

    /// The newest token's id; 0 when there is none.
    func lastID() throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(id) FROM token")) ?? 0
    }

    /// Takes one use of a token that has some left; changes nothing for an unlimited one.
    func spendUse(id: Int64) throws {
        try db.cachedStatement(sql: "UPDATE token SET uses_left = uses_left - 1 WHERE id = ?").execute(arguments: [id])
    }
}

extension TokenTable {
    private static let selection = """
        SELECT id, accessor, secret_sha256, display_name, policies, created_at, expires_at, max_ttl, uses_left, revoked, parent_id,
            ticket_profile, ticket_kind, ticket_subject, ticket_organization, ticket_type
        FROM token
        """

    private static func token(_ row: Row) throws -> TokenRecord {
        var columns = ColumnReader(row)
        var token = TokenRecord(
            id: try columns.next(), accessor: try columns.next(), secretSHA256: try columns.octets(), displayName: try columns.next(),
            policies: try JSONText.list(from: columns.next()), ticket: nil, createdAt: try columns.next(), expiresAt: try columns.next(),
            maxTTL: try columns.nextOptional(), usesLeft: try columns.nextOptional(), revoked: try columns.next(Int.self) != 0,
            parentID: try columns.nextOptional())
        token.ticket = try ticket(&columns)
        return token
    }

    private static func ticket(_ columns: inout ColumnReader) throws -> TicketScope? {
        let profile = try columns.nextOptional(String.self)
        let kind = try columns.nextOptional(String.self)
        let text = try columns.nextOptional(String.self)
        guard let profile, let kind, let text else { return nil }
        return TicketScope(
            profile: profile, subject: kind == "pattern" ? .pattern(text) : .identity(text), organization: try columns.nextOptional(),
            type: try columns.nextOptional())
    }

    private static func columns(of subject: TicketScope.Subject) -> (kind: String, text: String) {
        switch subject {
        case .identity(let name): ("identity", name)
        case .pattern(let glob): ("pattern", glob)
        }
    }
}
