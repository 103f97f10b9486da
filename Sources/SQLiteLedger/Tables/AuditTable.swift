import GRDB
import Ledger

/// The table `security_audit`.
extension SQLiteRows {
    func auditHead() throws -> AuditHead {
        let head = try db.first("SELECT id, hash FROM security_audit ORDER BY id DESC LIMIT 1", []) { columns in
            AuditHead(id: try columns.next(), hash: try columns.next())
        }
        return head ?? AuditChain.start
    }
}

extension WriteGroup {
    func insert(_ row: AuditChain.Row, previousHash: [UInt8], hash: [UInt8]) throws {
        try db.change(
            """
            INSERT INTO security_audit (id, timestamp, principal, action, resource, result, ip_address, user_agent, details,
                previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [.integer(row.id), .integer(row.timestamp)] + row.texts.map { .text($0) } + [.blob(previousHash), .blob(hash)])
    }
}

extension AuditRow {
    /// The columns that `init(columns:)` reads, in its order.
    static let columns = "id, timestamp, principal, action, resource, result, ip_address, user_agent, details, previous_hash, hash"

    /// Reads a row of `columns`.
    init(columns: inout ColumnReader) throws {
        let (id, timestamp) = (try columns.next(Int64.self), try columns.next(Int64.self))
        let (principal, action) = (try columns.next(String.self), AuditAction(rawValue: try columns.next()))
        let (resource, result) = (try columns.next(String.self), AuditResult(rawValue: try columns.next()))
        guard let action, let result else { throw LedgerError.corrupt("audit row \(id) has an unknown action or result") }
        let event = AuditEvent(
            timestamp: timestamp, principal: principal, action: action, resource: resource, result: result,
            ipAddress: try columns.next(), userAgent: try columns.next(), details: try JSONText.decode(from: columns.next()))
        self.init(id: id, event: event, previousHash: try columns.next(), hash: try columns.next())
    }
}
