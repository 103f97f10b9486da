import GRDB
import Ledger

/// The table `security_audit`.
struct AuditTable {
    let db: Database

    /// Appends an event, with facts that only the ledger knows, to the chain. `WriteGroup` counts it, and knows the head.
    /// - Returns: the new head.
    func append(_ event: AuditEvent, adding facts: [AuditFact.Value], after head: AuditHead) throws -> AuditHead {
        let row = AuditChain.Row(
            id: head.id + 1, timestamp: event.timestamp,
            texts: [
                event.principal.storable, event.action.rawValue, event.resource.storable, event.result.rawValue,
                event.ipAddress.storable, event.userAgent.storable, JSONText.encode(event.details, adding: facts),
            ])
        let hash = AuditChain.hash(of: row, after: head.hash)
        try db.change(
            """
            INSERT INTO security_audit (id, timestamp, principal, action, resource, result, ip_address, user_agent, details,
                previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [.integer(row.id), .integer(row.timestamp)] + row.texts.map { .text($0) } + [.blob(head.hash), .blob(hash)])
        return AuditHead(id: row.id, hash: hash)
    }

    /// The newest row's id and hash.
    func head() throws -> AuditHead {
        let head = try db.first("SELECT id, hash FROM security_audit ORDER BY id DESC LIMIT 1", []) { columns in
            AuditHead(id: try columns.next(), hash: try columns.next())
        }
        return head ?? AuditHead(id: 0, hash: AuditChain.start)
    }

    /// The columns that `row` reads, in its order.
    static let columns = "id, timestamp, principal, action, resource, result, ip_address, user_agent, details, previous_hash, hash"

    /// Reads a row of `columns`.
    static func row(_ columns: inout ColumnReader) throws -> AuditRow {
        let id = try columns.next(Int64.self)
        let timestamp = try columns.next(Int64.self)
        let principal = try columns.next(String.self)
        let action = AuditAction(rawValue: try columns.next())
        let resource = try columns.next(String.self)
        let result = AuditResult(rawValue: try columns.next())
        guard let action, let result else { throw LedgerError.corrupt("audit row \(id) has an unknown action or result") }
        let event = AuditEvent(
            timestamp: timestamp, principal: principal, action: action, resource: resource, result: result,
            ipAddress: try columns.next(), userAgent: try columns.next(), details: try JSONText.decode(from: columns.next()))
        return AuditRow(id: id, event: event, previousHash: try columns.next(), hash: try columns.next())
    }
}
