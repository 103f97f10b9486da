import GRDB
import Ledger

/// A write that waits for its group, with its caller's continuation.
struct PendingWrite: Sendable {
    /// Answers the caller once the fate of the group is known: nil when it was committed.
    typealias Answer = @Sendable (LedgerError?) -> Void

    /// Runs the write, in a savepoint or without (`WriteGroup.run`). What the write itself throws becomes its answer; an error thrown from
    /// here means that the whole transaction is lost.
    let run: @Sendable (_ group: WriteGroup, _ savepoint: Bool) throws -> Answer
    /// Answers a write that never ran.
    let refuse: @Sendable (LedgerError) -> Void

    /// Pairs the database work with its answer.
    /// - Parameter failed: called when the write failed for no fault of its caller.
    init<Value: Sendable>(
        _ work: @escaping @Sendable (WriteGroup) throws -> Value, answer: @escaping @Sendable (Result<Value, LedgerError>) -> Void,
        failed: @escaping @Sendable (LedgerError) -> Void
    ) {
        run = { group, savepoint in
            let result = try group.run(savepoint: savepoint, work)
            if case .failure(let error) = result, error.isFault { failed(error) }
            // A refusal, too, was decided on what the neighbours wrote: it only holds if they were committed.
            return { failure in answer(failure.map { .failure($0) } ?? result) }
        }
        refuse = { answer(.failure($0)) }
    }
}
