import GRDB
import Ledger
import Synchronization

/// The one writer. What arrives while a commit is under way shares the next one: one transaction and one flush to disk for the group, a
/// SAVEPOINT for each write, so that one that fails does not fail its neighbours. Nobody is answered before the commit that holds their write.
///
/// The database work runs on the connection's own dispatch queue, never on a thread of Swift's shared pool.
final class GroupCommitter: Sendable {
    /// How many writes share a transaction at most.
    static let groupLimit = 512
    /// How many writes may wait; more than that are turned away.
    static let waitingLimit = 16_384

    private struct State {
        var waiting: [PendingWrite] = []
        var draining = false
        /// Why nothing is taken in any more.
        var closed: LedgerError?
        var onIdle: [@Sendable () -> Void] = []
    }

    private let database: any DatabaseWriter
    private let health: WriteHealth
    private let committed: @Sendable (Database, Int) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - closed: set for a ledger that is opened for reading.
    ///   - health: told what fails and what succeeds.
    ///   - committed: called on the writer's queue after a commit, with the number of writes in it.
    init(
        database: any DatabaseWriter, closed: LedgerError? = nil, health: WriteHealth = WriteHealth(),
        committed: @escaping @Sendable (Database, Int) -> Void = { _, _ in }
    ) {
        self.database = database
        self.health = health
        self.committed = committed
        self.state = Mutex(State(closed: closed))
    }

    /// Runs `work` in a savepoint of the next group; returns once its transaction is durable.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(LedgerError) -> Value {
        let result = await withCheckedContinuation { continuation in
            submit(work) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Queues `work`; `answer` is called exactly once.
    func submit<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value, answer: @escaping @Sendable (Result<Value, LedgerError>) -> Void
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

    /// Takes nothing in any more, and returns when all that waited has been answered.
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

    private func commit(_ group: [PendingWrite], in db: Database) {
        var answers: [PendingWrite.Answer] = []
        var failure: LedgerError?
        let changes = db.totalChangesCount
        do {
            if db.isInsideTransaction { try db.rollback() }
            try db.inTransaction(.immediate) {
                for write in group { answers.append(try write.run(db)) }
                return .commit
            }
            // A group of refusals has written nothing, and proves nothing. Before the answers: who has one finds no alarm.
            if db.totalChangesCount > changes { health.committed() }
        } catch {
            let lost = LedgerError.unavailable("nothing was written: \(error)")
            failure = lost
            health.failed(lost, whole: true)
        }
        for answer in answers { answer(failure) }
        if let failure {
            for write in group[answers.count...] { write.refuse(failure) }
        } else {
            committed(db, group.count)
        }
    }
}
