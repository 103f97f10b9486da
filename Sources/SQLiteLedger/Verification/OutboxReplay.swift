import GRDB
import Ledger

/// Events and their receivers by the audit log, compared with the tables `outbox` and `outbox_receiver` and the counter of events.
///
/// How far a receiver has come beyond the others is told by nobody; the events from the slowest one's on must be there, and no others.
struct OutboxReplay {
    private let db: Database
    /// The last event that each receiver has, by the table.
    private let delivered: [String: Int64]
    /// The last event that every receiver has: up to there they are gone.
    private let gone: Int64
    /// Number of events told so far: the newest one's id.
    private var told: Int64 = 0
    /// The newest event when each receiver was registered: it has no older position.
    private var registered: [String: Int64] = [:]

    init(db: Database) throws {
        self.db = db
        delivered = try SQLiteRows(db).receivers()
        gone = delivered.values.min() ?? 0
    }

    /// Takes in a row with the revocations and suspensions that it tells: each made an event.
    mutating func take(_ row: AuditFacts, id: Int64) throws -> LedgerFault? {
        if let names = row.text(AuditFact.receivers)?.split(separator: " ").map({ String($0) }) {
            registered = Dictionary(names.map { ($0, registered[$0] ?? told) }) { first, _ in first }
        }
        guard row.number(AuditFact.events) != nil else { return nil }
        let suspended = row.triples(AuditFact.suspensions).map(\.0)
        let first = told
        told += row.revocations.upperBound - row.revocations.lowerBound + Int64(suspended.count)
        return told > gone ? try fault(in: row, id: id, after: first, suspended: suspended) : nil
    }

    /// Compares the row's events that are still there, from the last one back: those of each kind are in the order of their causes.
    private func fault(in row: AuditFacts, id: Int64, after first: Int64, suspended: [Int64]) throws -> LedgerFault? {
        var (sequence, suspended, event) = (row.revocations.upperBound, suspended, told)
        let end = max(first, gone)
        let sql = "SELECT id, audit_id, kind, subject FROM outbox WHERE id > ? AND id <= ? ORDER BY id DESC"
        let differing: String? = try db.firstMatch(sql, [.integer(end), .integer(told)]) { columns in
            guard try columns.next(Int64.self) == event else { return "id" }
            guard try columns.next(Int64.self) == id else { return "audit_id" }
            let kind = EventSubject.Kind(rawValue: try columns.next())
            let subject = try columns.next(Int64.self)
            switch kind {
            case .revocation where sequence > row.revocations.lowerBound:
                guard subject == sequence else { return "subject" }
                sequence -= 1
            case .suspension where !suspended.isEmpty: guard subject == suspended.removeLast() else { return "subject" }
            default: return "kind"
            }
            event -= 1
            return nil
        }
        guard let column = differing ?? (event > end ? "id" : nil) else { return nil }
        return .stateDiffers(table: "outbox", row: "\(event)", column: column)
    }

    /// Compares receivers, the counter, and the number of events that are kept.
    func firstFault() throws -> LedgerFault? {
        let kept = try SQLiteRows(db).lastEvent()
        guard kept == told else { return .counterDiffers(name: LedgerCounter.events.rawValue, kept: kept, counted: told) }
        for (name, since) in registered.sorted(by: { $0.key < $1.key }) {
            guard let delivered = delivered[name] else { return .stateDiffers(table: "outbox_receiver", row: name, column: "name") }
            guard (since...told).contains(delivered) else {
                return .stateDiffers(table: "outbox_receiver", row: name, column: "delivered")
            }
        }
        guard delivered.count == registered.count else {
            return .unaudited(table: "outbox_receiver", audited: Int64(registered.count), stored: Int64(delivered.count))
        }
        let stored: Int64 = try db.value("SELECT count(*) FROM outbox") ?? 0
        return stored == told - gone ? nil : .unaudited(table: "outbox", audited: told - gone, stored: stored)
    }
}
