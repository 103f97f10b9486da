import GRDB
import Ledger

/// Writes that share a transaction: their connection, and what is read or written once for all of them.
///
/// Used on the writer's queue only, inside the transaction.
final class WriteGroup {
    let db: Database
    private var shared = Shared()

    /// State that the group's writes share; restored when one of them fails.
    private struct Shared {
        /// The newest audit row; nil until it is needed.
        var auditHead: AuditHead?
        /// Rows that are counted at the end.
        var counted: [CounterTable.Name: Int] = [:]
        /// Changes since the last audit row, as facts for the next.
        var notes: [String: [String]] = [:]
    }

    /// A group without writes, in a transaction that has begun.
    init(_ db: Database) { self.db = db }

    /// Appends an event, with facts that only the ledger knows, to the audit chain. Throws when its acting token was revoked or has ended since the
    /// request was permitted: then the event's write is undone.
    func audit(_ event: AuditEvent, adding facts: [AuditFact.Value] = []) throws {
        if let token = event.actingToken { try TokenTable(db: db).requireAlive(id: token, at: event.timestamp / 1000) }
        let table = AuditTable(db: db)
        var facts = facts
        if !shared.notes.isEmpty {
            facts += shared.notes.map { ($0.key, $0.value.joined(separator: " ")) }
            shared.notes = [:]
        }
        if !facts.isEmpty { facts.append((AuditFact.version, AuditFact.currentVersion)) }
        shared.auditHead = try table.append(event, adding: facts, after: shared.auditHead ?? table.head())
        count(1, .auditRows)
    }

    /// Notes a change as a fact of the next audit row, by which `verify` checks the tables.
    func note(_ name: String, _ value: String) { shared.notes[name, default: []].append(value) }

    /// Counts more rows of a large table.
    func count(_ rows: Int, _ name: CounterTable.Name) { shared.counted[name, default: 0] += rows }

    /// Writes the counters; the transaction can be committed then.
    func finish() throws {
        if let untold = shared.notes.keys.first { throw LedgerError.unavailable("a change (\(untold)) has no audit event") }
        for (name, rows) in shared.counted { try CounterTable(db: db).add(rows, to: name) }
        shared.counted = [:]
    }

    /// Runs one write. One that throws leaves nothing behind: its savepoint is rolled back, or the whole group begins again.
    /// - Parameter savepoint: nothing is undone without one, so that a write which fails after it has changed something throws `SpoiledGroup`, and
    ///   so does one that SQLite itself stopped: in a damaged file it may have changed what its count of changes does not tell. A savepoint
    ///   costs two statements, and a copy of every page that is changed in it.
    func run<Value>(savepoint: Bool, _ work: (WriteGroup) throws -> Value) throws -> Result<Value, LedgerError> {
        let (before, changes) = (shared, db.totalChangesCount)
        if savepoint { try db.change("SAVEPOINT request") }
        let result: Result<Value, LedgerError>
        do {
            result = .success(try work(self))
        } catch {
            // A full disk or a failing one makes SQLite roll back the transaction with everything in it.
            guard db.isInsideTransaction else { throw error }
            if !savepoint, error is DatabaseError || db.totalChangesCount != changes { throw SpoiledGroup() }
            shared = before
            if savepoint { try db.change("ROLLBACK TO request") }
            result = .failure(LedgerError(error))
        }
        guard db.isInsideTransaction else { throw LedgerError.unavailable("the transaction ended early") }
        if savepoint { try db.change("RELEASE request") }
        return result
    }
}

/// A write without a savepoint failed and may have left something behind: its neighbours must be written again without it.
struct SpoiledGroup: Error {}
