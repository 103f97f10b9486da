import GRDB
import Ledger
import Synchronization

/// Copies the write-ahead log into the database on a connection of its own, so that the writer never waits for it.
///
/// A passive checkpoint beside a busy writer never quite catches up, and only a log that is copied whole can start again from its beginning:
/// once the log has grown past its limit, the writer copies the small rest between two groups.
final class WALCheckpointer: Sendable {
    private struct State {
        var writes = 0
        var running = false
        var overgrown = false
        var failure: LedgerError?
    }

    private let database: DatabaseQueue
    /// Writes between two checkpoints.
    private let interval: Int
    /// Pages in the log from which on the writer helps.
    private let pageLimit: Int
    private let state = Mutex(State())

    /// Takes a connection of its own, which has read the database once.
    init(database: DatabaseQueue, interval: Int, pageLimit: Int = 16_384) {
        self.database = database
        self.interval = interval
        self.pageLimit = pageLimit
    }

    /// Why the last checkpoint failed; nil when it did not. The log grows until one succeeds.
    var failure: LedgerError? { state.withLock { $0.failure } }

    /// Notes a commit. Called on the writer's queue, outside of transactions.
    func committed(_ writes: Int, on writer: Database) {
        let (starts, overgrown) = state.withLock { state in
            state.writes += writes
            // One that failed is tried again after the next commit, which proves that the disk can be written.
            let starts = (state.writes >= interval || state.failure != nil) && !state.running
            if starts {
                state.writes = 0
                state.running = true
            }
            defer { state.overgrown = false }
            return (starts, state.overgrown)
        }
        if overgrown { checkpoint(writer) }
        if starts { database.asyncWriteWithoutTransaction { [self] db in checkpointBeside(db) } }
    }

    /// Closes the connection, after a checkpoint that may be under way. Blocks.
    func close() throws { try database.close() }

    private func checkpointBeside(_ db: Database) {
        checkpoint(db)
        state.withLock { $0.running = false }
    }

    private func checkpoint(_ db: Database) {
        do {
            let pages = try db.checkpoint(.passive)
            state.withLock { state in
                state.overgrown = pages.walFrameCount > pageLimit && pages.checkpointedFrameCount < pages.walFrameCount
                state.failure = nil
            }
        } catch {
            state.withLock { $0.failure = LedgerError(error) }
        }
    }
}
