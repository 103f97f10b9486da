import GRDB
import Ledger

/// The ledger's rows over one connection. Each table's statements stand in a file of their own.
class SQLiteRows: LedgerRows {
    let db: Database

    init(_ db: Database) { self.db = db }
}

/// Writes that share a transaction: their connection, and what is read or written once for all of them.
///
/// Used on the writer's queue only, inside the transaction.
final class WriteGroup: SQLiteRows, LedgerTransaction {
    var trail = AuditTrail()
    /// Number of changes to tokens after which a cached one is not good any more.
    var changedTokens = 0

    /// Runs one write. One that throws leaves nothing behind: its savepoint is rolled back, or the whole group begins again.
    /// - Parameter savepoint: nothing is undone without one, so that a write which fails after it has changed something throws `SpoiledGroup`, and
    ///   so does one that SQLite itself stopped: in a damaged file it may have changed what its count of changes does not tell. A savepoint
    ///   costs two statements, and a copy of every page that is changed in it.
    func run<Value>(savepoint: Bool, _ work: (WriteGroup) throws -> Value) throws -> Result<Value, LedgerError> {
        let (before, changes) = (trail, db.totalChangesCount)
        if savepoint { try db.change("SAVEPOINT request") }
        let result: Result<Value, LedgerError>
        do {
            result = .success(try work(self))
        } catch {
            // A full disk or a failing one makes SQLite roll back the transaction with everything in it.
            guard db.isInsideTransaction else { throw error }
            if !savepoint, error is DatabaseError || db.totalChangesCount != changes { throw SpoiledGroup() }
            trail = before
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
