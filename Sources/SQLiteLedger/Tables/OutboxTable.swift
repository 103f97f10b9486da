import GRDB
import Ledger
import PKI

/// The tables `outbox`, with the events that some receiver does not have yet, and `outbox_receiver`.
extension SQLiteRows {
    func lastEvent() throws -> Int64 { Int64(try value(of: .events)) }

    func receivers() throws -> [String: Int64] {
        let rows = try db.all("SELECT name, delivered FROM outbox_receiver", []) { columns in
            (try columns.next(String.self), try columns.next(Int64.self))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func events(after id: Int64, limit: Int) throws -> [OutboxEvent] {
        let sql = """
            SELECT o.id, a.timestamp, o.kind, coalesce(c.serial, r.serial), r.issuer, i.profile, i.name
            FROM outbox o LEFT JOIN security_audit a ON a.id = o.audit_id
            LEFT JOIN revocation r ON o.kind = 'revocation' AND r.sequence = o.subject
            LEFT JOIN certificate c ON c.id = r.certificate_id
            LEFT JOIN identity i ON i.id = CASE o.kind WHEN 'suspension' THEN o.subject ELSE c.identity_id END
            WHERE o.id > ? ORDER BY o.id LIMIT ?
            """
        return try db.all(sql, [.integer(id), .integer(limit)]) { columns in
            OutboxEvent(id: try columns.next(), date: UnixTime(milliseconds: try columns.next()), content: try Self.content(&columns))
        }
    }

    private static func content(_ columns: inout ColumnReader) throws -> OutboxEvent.Content {
        let kind = EventSubject.Kind(rawValue: try columns.next())
        let (serial, issuer) = (try columns.nextOptional([UInt8].self), try columns.nextOptional(String.self))
        let (profile, name) = (try columns.nextOptional(String.self), try columns.nextOptional(String.self))
        let identity = profile.flatMap { profile in name.map { IdentityName(profile: profile, name: $0) } }
        switch kind {
        case .revocation:
            if let serial, let issuer { return .revocation(try SerialNumber(octets: serial), issuer: issuer, identity: identity) }
        case .suspension:
            if let identity { return .suspension(identity) }
        case nil: break
        }
        throw LedgerError.corrupt("an event is about a row that does not exist")
    }
}

extension WriteGroup {
    func insertEvent(id: Int64, about subject: EventSubject, auditRow: Int64) throws {
        try db.change(
            "INSERT INTO outbox (id, audit_id, kind, subject) VALUES (?, ?, ?, ?)", .integer(id), .integer(auditRow),
            .text(subject.kind.rawValue), .integer(subject.row))
    }

    func deleteEvents(through id: Int64) throws { try db.change("DELETE FROM outbox WHERE id <= ?", .integer(id)) }

    func setReceiver(_ name: String, delivered id: Int64) throws {
        try db.change(
            "INSERT INTO outbox_receiver (name, delivered) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET delivered = excluded.delivered",
            .text(name), .integer(id))
    }

    func deleteReceiver(_ name: String) throws { try db.change("DELETE FROM outbox_receiver WHERE name = ?", .text(name)) }
}
