import Glibc
import GRDB
import Ledger
import Synchronization

/// The only writer. Writes that arrive during a commit share the next one: one transaction and one flush to disk for the group. A write that
/// fails does not fail its neighbours: when it may have changed something, all are written again, each in a SAVEPOINT. A write may therefore
/// run twice, and must only read and write the ledger. Each caller is answered after the commit that holds its write.
///
/// The database work runs on the connection's own dispatch queue, never on a thread of Swift's shared pool.
final class GroupCommitter: Sendable {
    /// Largest number of writes in one transaction.
    static let groupLimit = 512
    /// Largest number of waiting writes; further ones are refused.
    static let waitingLimit = 16_384

    private struct State {
        var waiting: [PendingWrite] = []
        var draining = false
        /// Set once no write is accepted any more.
        var closed: LedgerError?
        var onIdle: [@Sendable () -> Void] = []
    }

    private let database: DatabaseQueue
    private let health: WriteHealth
    private let loss: @Sendable () -> LedgerError?
    private let committed: @Sendable (Database, Int) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - closed: set for a ledger that is opened for reading.
    ///   - health: notified of failures and successes.
    ///   - loss: an error when the ledger must not be written any more; called before each group.
    ///   - committed: called on the writer's queue after a commit, with the number of writes in it.
    init(
        database: DatabaseQueue, closed: LedgerError? = nil, health: WriteHealth = WriteHealth(),
        loss: @escaping @Sendable () -> LedgerError? = { nil },
        committed: @escaping @Sendable (Database, Int) -> Void = { _, _ in }
    ) {
        self.database = database
        self.health = health
        self.loss = loss
        self.committed = committed
        self.state = Mutex(State(closed: closed))
    }

    /// Runs `work` in the next group; returns once its transaction is durable.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (WriteGroup) throws -> Value) async throws(LedgerError) -> Value {
        let result = await withCheckedContinuation { continuation in
            submit(work) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Queues `work`; `answer` is called exactly once.
    func submit<Value: Sendable>(
        _ work: @escaping @Sendable (WriteGroup) throws -> Value, answer: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        let write = PendingWrite(work, answer: answer) { [health] in health.failed($0, whole: false) }
        let refusal: LedgerError? = state.withLock { state in
            if let closed = state.closed { return closed }
            guard state.waiting.count < Self.waitingLimit else { return .unavailable("too many writes are waiting") }
            state.waiting.append(write)
            if !state.draining {
                state.draining = true
                database.asyncWriteWithoutTransaction { [self] db in drain(db) }
            }
            return nil
        }
        if let refusal { write.refuse(refusal) }
    }

    /// Refuses new writes, and returns when all waiting ones have been answered.
    func close() async {
        await withCheckedContinuation { continuation in
            let busy = state.withLock { state in
                state.closed = state.closed ?? .unavailable("the ledger is closed")
                if state.draining { state.onIdle.append { continuation.resume() } }
                return state.draining
            }
            if !busy { continuation.resume() }
        }
    }

    private func drain(_ db: Database) {
        while let group = nextGroup() { commit(group, in: db) }
    }

    private func nextGroup() -> [PendingWrite]? {
        // Yields once so that callers about to submit join this group: fewer and larger groups where processors are busy, no cost where none is.
        sched_yield()
        let (group, onIdle) = state.withLock { state -> ([PendingWrite], [@Sendable () -> Void]) in
            let group = Array(state.waiting.prefix(Self.groupLimit))
            state.waiting.removeFirst(group.count)
            guard group.isEmpty else { return (group, []) }
            state.draining = false
            defer { state.onIdle = [] }
            return ([], state.onIdle)
        }
        for resume in onIdle { resume() }
        return group.isEmpty ? nil : group
    }

    private func commit(_ writes: [PendingWrite], in db: Database) {
        if let loss = loss() {
            health.failed(loss, whole: true)
            for write in writes { write.refuse(loss) }
            return
        }
        let changes = db.totalChangesCount
        do {
            let answers = try transaction(of: writes, in: db)
            // A group of refusals has written nothing, and proves nothing. Before the answers: who has one finds no alarm.
            if db.totalChangesCount > changes { health.committed() }
            for answer in answers { answer(nil) }
            committed(db, writes.count)
        } catch {
            let lost = LedgerError.unavailable("nothing was written: \(error)")
            health.failed(lost, whole: true)
            for write in writes { write.refuse(lost) }
        }
    }

    private func transaction(of writes: [PendingWrite], in db: Database) throws -> [PendingWrite.Answer] {
        do {
            return try transaction(of: writes, in: db, savepoints: false)
        } catch is SpoiledGroup {
            return try transaction(of: writes, in: db, savepoints: true)
        }
    }

    private func transaction(of writes: [PendingWrite], in db: Database, savepoints: Bool) throws -> [PendingWrite.Answer] {
        if db.isInsideTransaction { try db.rollback() }
        // Kept statements: `inTransaction` would have SQLite parse both anew for each group.
        try db.change("BEGIN IMMEDIATE")
        do {
            let group = WriteGroup(db)
            let answers = try writes.map { write in try write.run(group, savepoints) }
            try group.finish()
            try db.change("COMMIT")
            return answers
        } catch {
            // One that fails is dealt with by the next group.
            try? db.rollback()
            throw error
        }
    }
}

/// A write that waits for its group, with its caller's continuation.
private struct PendingWrite: Sendable {
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
