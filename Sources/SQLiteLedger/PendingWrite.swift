import GRDB
import Ledger

/// A write that waits for its group, with the answer that its caller waits for.
struct PendingWrite: Sendable {
    /// Answers the caller once the fate of the group is known: nil when it was committed.
    typealias Answer = @Sendable (LedgerError?) -> Void

    /// Runs the write in its savepoint. What the write itself throws becomes its answer; an error thrown from here
    /// means that the whole transaction is lost.
    let run: @Sendable (Database) throws -> Answer
    /// Answers a write that never ran.
    let refuse: @Sendable (LedgerError) -> Void

    /// Pairs the database work with its answer.
    /// - Parameter failed: told when the write failed for no fault of its caller.
    init<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value, answer: @escaping @Sendable (Result<Value, LedgerError>) -> Void,
        failed: @escaping @Sendable (LedgerError) -> Void
    ) {
        run = { db in
            let result = try Self.result(of: work, in: db)
            if case .failure(let error) = result, error.isFault { failed(error) }
            // A refusal, too, was decided on what the neighbours wrote: it only holds if they were committed.
            return { failure in answer(failure.map { .failure($0) } ?? result) }
        }
        refuse = { answer(.failure($0)) }
    }

    private static func result<Value>(
        of work: (Database) throws -> Value, in db: Database
    ) throws -> Result<Value, LedgerError> {
        try db.cachedStatement(sql: "SAVEPOINT request").execute()
        do {
            let value = try work(db)
            try db.cachedStatement(sql: "RELEASE request").execute()
            return .success(value)
        } catch {
            // A full disk or a failing one makes SQLite roll back the transaction with everything in it.
            guard db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO request").execute()
            try db.cachedStatement(sql: "RELEASE request").execute()
            return .failure(LedgerError(error))
        }
    }
}
