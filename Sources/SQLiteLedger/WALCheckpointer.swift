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
        /// Frames in the log, when they are too many.
        var overlong: Int?
    }

    private let database: DatabaseQueue
    /// Writes between two checkpoints.
    private let interval: Int
    /// Pages in the log from which on the writer helps.
    private let pageLimit: Int
    /// Pages in the log from which on it is overlong.
    private let alarmLimit: Int
    private let state = Mutex(State())

    /// Takes a connection of its own, which has read the database once.
    init(database: DatabaseQueue, interval: Int, pageLimit: Int = 16_384, alarmLimit: Int = 65_536) {
        self.database = database
        self.interval = interval
        self.pageLimit = pageLimit
        self.alarmLimit = alarmLimit
    }

    /// The failure of the last checkpoint; nil when it succeeded. The log grows until one succeeds.
    var failure: LedgerError? { state.withLock { $0.failure } }

    /// Octets of the log, when it is overlong: somebody reads an old state, and the log cannot begin again. It is shortened once that ends.
    var overlongLog: Int? { state.withLock { $0.overlong.map { $0 * Self.pageSize } } }
    private static let pageSize = 4_096

    /// Notes a commit. Called on the writer's queue, outside of transactions.
    func committed(_ writes: Int, on writer: Database) {
        let (starts, overgrown) = state.withLock { state in
            state.writes += writes
            // One that failed is tried again after the next commit, which proves that the disk can be written.
            let starts = (state.writes >= interval || state.failure != nil || state.overlong != nil) && !state.running
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
        if overlongLog != nil { shorten(db) }
        state.withLock { $0.running = false }
    }

    private func checkpoint(_ db: Database) {
        do {
            let pages = try db.checkpoint(.passive)
            state.withLock { state in
                state.overgrown = pages.walFrameCount > pageLimit && pages.checkpointedFrameCount < pages.walFrameCount
                state.failure = nil
                // Once overlong it stays so until its file is short again.
                if pages.walFrameCount > alarmLimit { state.overlong = pages.walFrameCount }
            }
        } catch {
            state.withLock { $0.failure = LedgerError(error) }
        }
    }

    /// Empties the log's file, if nobody reads or writes at this moment; else it is tried again after the next commit.
    private func shorten(_ db: Database) {
        do {
            _ = try db.checkpoint(.truncate)
            state.withLock { $0.overlong = nil }
        } catch {}
    }
}
