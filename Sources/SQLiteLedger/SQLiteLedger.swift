import Dispatch
import GRDB
package import Ledger
import Synchronization

/// The ledger on SQLite: one file in WAL mode, one group-committing writer, a few readers.
///
/// Only one server may have it open, which a lock file beside it ensures; any number of programs may read it meanwhile.
package final class SQLiteLedger: CertificateLedger {
    /// The one writer.
    let committer: GroupCommitter
    /// Only the server that holds the ledger changes tokens, so what it has read stays true until it does.
    let tokens = TokenCache()
    let health: WriteHealth
    private let connections: LedgerConnections
    private let isClosed = Atomic(false)

    private init(_ connections: LedgerConnections, closed: LedgerError? = nil, health: WriteHealth = WriteHealth()) {
        let checkpointer = connections.checkpointer
        self.connections = connections
        self.health = health
        let held = connections.held
        self.committer = GroupCommitter(database: connections.database, closed: closed, health: health, loss: { held?.loss }) {
            db, writes in
            checkpointer?.committed(writes, on: db)
        }
    }

    /// Opens the ledger of a server; makes it when the file is missing. Blocks: for the start of a program.
    /// - Parameters:
    ///   - busyTimeout: seconds to wait for another program that holds the database.
    ///   - writeHealth: told why writes fail when they begin to, and nil once they succeed again.
    package static func open(
        path: String, busyTimeout: Double = 5, writeHealth: @escaping @Sendable (LedgerError?) -> Void = { _ in }
    ) throws(LedgerError) -> SQLiteLedger {
        do {
            return SQLiteLedger(try LedgerConnections.open(path: path, busyTimeout: busyTimeout), health: WriteHealth(report: writeHealth))
        } catch {
            throw LedgerError(error)
        }
    }

    /// Opens an existing ledger for reading, also beside a running server; every write is refused. Blocks.
    package static func openForReading(path: String) throws(LedgerError) -> SQLiteLedger {
        do {
            return SQLiteLedger(
                try LedgerConnections.openForReading(path: path), closed: .unavailable("the ledger was opened for reading only"))
        } catch {
            throw LedgerError(error)
        }
    }

    /// A ledger in memory, for tests.
    package static func inMemory() throws(LedgerError) -> SQLiteLedger {
        do {
            return SQLiteLedger(try LedgerConnections.openInMemory())
        } catch {
            throw LedgerError(error)
        }
    }

    /// Why the write-ahead log cannot be copied into the database, when it cannot: it grows until that works again.
    package var checkpointFailure: LedgerError? { connections.checkpointer?.failure }

    /// Octets of the write-ahead log, when it has grown far beyond its size because a reader keeps it from being used again; nil otherwise.
    package var overlongLog: Int? { connections.checkpointer?.overlongLog }

    /// Why writes fail, when they do: until something is written again.
    package var writeFailure: LedgerError? { health.failure }

    /// Answers what waits, refuses what comes later, closes the files and releases the lock. May be called twice.
    package func close() async {
        isClosed.store(true, ordering: .releasing)
        await committer.close()
        let connections = connections
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "signet.ledger.close").async {
                connections.close()
                continuation.resume()
            }
        }
    }

    /// A look-up: one statement on a reader's connection, on the caller's thread. To another thread and back costs more than the
    /// statement, whose pages are in memory or one read of the disk away; what may take longer is a `scan`.
    func read<Value>(_ work: (Database) throws -> Value) throws(LedgerError) -> Value {
        try requireOpen()
        do {
            return try connections.database.unsafeRead(work)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Something that may take long: its statements see the same state.
    func scan<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(LedgerError) -> Value {
        try requireOpen()
        do {
            return try await connections.scans.read(work)
        } catch {
            throw LedgerError(error)
        }
    }

    /// A connection that is gone must not be asked: SQLite would crash.
    private func requireOpen() throws(LedgerError) {
        guard !isClosed.load(ordering: .acquiring) else { throw .unavailable("the ledger is closed") }
    }
}
