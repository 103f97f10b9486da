import GRDB
import Ledger
import PKI
import Synchronization

/// The table `token`.
extension SQLiteRows {
    func token(secretSHA256: [UInt8]) throws -> TokenRecord? {
        try db.first(Self.selection + " WHERE secret_sha256 = ?", [.blob(secretSHA256)], Self.storedToken)
    }

    func token(id: Int64) throws -> TokenRecord? { try db.first(Self.selection + " WHERE id = ?", [.integer(id)], Self.storedToken) }

    func token(accessor: String) throws -> TokenRecord? {
        try db.first(Self.selection + " WHERE accessor = ?", [.text(accessor)], Self.storedToken)
    }

    func isAlive(token id: Int64, at now: UnixTime) throws -> Bool {
        try db.hasRow("SELECT 1 FROM token WHERE id = ? AND revoked = 0 AND expires_at > ?", .integer(id), .integer(now))
    }

    func lastToken() throws -> Int64 { try db.value("SELECT max(id) FROM token") ?? 0 }

    func tokenFamilies(besides id: Int64) throws -> [Int64] {
        try db.all("SELECT id FROM token WHERE parent_id IS NULL AND revoked = 0 AND id <> ?", [.integer(id)]) { columns in
            try columns.next()
        }
    }
}

extension WriteGroup {
    func insert(_ token: TokenRecord) throws -> Int64 {
        let subject: (kind: String, text: String)? =
            switch token.ticket?.subject {
            case .identity(let name): ("identity", name)
            case .pattern(let glob): ("pattern", glob)
            case nil: nil
            }
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

    func setUses(ofToken id: Int64, left: Int) throws {
        try db.change("UPDATE token SET uses_left = ? WHERE id = ?", .integer(left), .integer(id))
    }

    func setExpiry(ofToken id: Int64, _ expiresAt: UnixTime) throws {
        changedTokens += 1
        try db.change("UPDATE token SET expires_at = ? WHERE id = ?", .integer(expiresAt), .integer(id))
    }

    func revokeFamily(ofToken id: Int64) throws {
        changedTokens += 1
        try db.change(
            """
            WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT token.id FROM token JOIN family ON token.parent_id = family.id)
            UPDATE token SET revoked = 1 WHERE id IN family
            """, .integer(id))
    }

    func revokeTokens(except kept: Int64?) throws -> Int {
        changedTokens += 1
        try db.change("UPDATE token SET revoked = 1 WHERE revoked = 0 AND id IS NOT ?", .integer(kept))
        return db.changesCount
    }
}

extension SQLiteRows {
    private static let selection = """
        SELECT id, accessor, secret_sha256, display_name, policies, created_at, expires_at, max_ttl, uses_left, revoked, parent_id,
            ticket_profile, ticket_kind, ticket_subject, ticket_organization, ticket_type, ticket_names
        FROM token
        """

    private static func storedToken(_ columns: inout ColumnReader) throws -> TokenRecord {
        var token = TokenRecord(
            id: try columns.next(), accessor: try columns.next(), secretSHA256: try columns.next(), displayName: try columns.next(),
            policies: try JSONText.list(from: columns.next()), ticket: nil, createdAt: try columns.next(), expiresAt: try columns.next(),
            maxTTL: try columns.nextOptional(), usesLeft: try columns.nextOptional(), revoked: try columns.next(Int.self) != 0,
            parentID: try columns.nextOptional())
        token.ticket = try storedTicket(&columns)
        return token
    }

    private static func storedTicket(_ columns: inout ColumnReader) throws -> TicketScope? {
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
}

/// Tokens that were looked up, until one is changed: a provisioning line sends the same one a thousand times a second, and a look-up is
/// a statement and a row to read each time. Tickets and tokens with a number of uses are never cached: the writer decides about them.
final class TokenCache: Sendable {
    /// Tokens kept at once; beyond that all are forgotten and looked up again.
    static let capacity = 1_024

    private struct State {
        var tokens: [[UInt8]: TokenRecord] = [:]
        /// Rises whenever a token changes: what was read before that is not kept.
        var age = 0
    }

    private let state = Mutex(State())

    /// The token with this secret's hash, and the age that a look-up must give to `keep` when there is none.
    func find(_ secretSHA256: [UInt8]) -> (token: TokenRecord?, age: Int) {
        state.withLock { ($0.tokens[secretSHA256], $0.age) }
    }

    /// Keeps what was read at an age, unless a token was changed meanwhile.
    func keep(_ token: TokenRecord, at age: Int) {
        guard token.ticket == nil, token.usesLeft == nil else { return }
        state.withLock { state in
            guard state.age == age else { return }
            if state.tokens.count >= Self.capacity { state.tokens = [:] }
            state.tokens[token.secretSHA256] = token
        }
    }

    /// Empties the cache: called after a change is durable and before its caller is answered.
    func forget() {
        state.withLock { state in
            state.tokens = [:]
            state.age += 1
        }
    }
}
