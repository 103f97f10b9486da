import Dispatch
import GRDB
package import Ledger
import Synchronization

/// The ledger on SQLite: one file in WAL mode, one group-committing writer, a few readers.
///
/// Only one server may have it open, which a lock file beside it ensures; any number of programs may read it meanwhile.
package final class SQLiteLedger: LedgerEngine {
    /// The one writer.
    let committer: GroupCommitter
    /// Only the server that holds the ledger changes tokens, so what it has read stays true until it does.
    let tokens = TokenCache()
    let health: WriteHealth
    package let eventSignal = EventSignal()
    private let connections: LedgerConnections
    private let isClosed = Atomic(false)

    private init(_ connections: LedgerConnections, closed: LedgerError? = nil, health: WriteHealth = WriteHealth()) {
        let checkpointer = connections.checkpointer
        self.connections = connections
        self.health = health
        let held = connections.held
        self.committer = GroupCommitter(database: connections.writer, closed: closed, health: health, loss: { held?.loss }) {
            db, writes in
            checkpointer?.committed(writes, on: db)
        }
    }

    /// Opens the ledger of a server; makes it when the file is missing. Blocks: for the start of a program.
    /// - Parameters:
    ///   - busyTimeout: seconds to wait for another program that holds the database.
    ///   - writeHealth: called with the failure when writes begin to fail, and with nil once they succeed again.
    package static func open(
        path: String, busyTimeout: Double = 5, writeHealth: @escaping @Sendable (LedgerError?) -> Void = { _ in }
    ) throws(LedgerError) -> SQLiteLedger {
        try LedgerError.translating {
            SQLiteLedger(try LedgerConnections.open(path: path, busyTimeout: busyTimeout), health: WriteHealth(report: writeHealth))
        }
    }

    /// Opens an existing ledger for reading, also beside a running server; every write is refused. Blocks.
    package static func openForReading(path: String) throws(LedgerError) -> SQLiteLedger {
        try LedgerError.translating {
            SQLiteLedger(try LedgerConnections.openForReading(path: path), closed: .unavailable("the ledger was opened for reading only"))
        }
    }

    /// A ledger in memory, for tests.
    package static func inMemory() throws(LedgerError) -> SQLiteLedger {
        try LedgerError.translating { SQLiteLedger(try LedgerConnections.openInMemory()) }
    }

    /// The failure of the last checkpoint, if it failed: the write-ahead log grows until one succeeds.
    package var checkpointFailure: LedgerError? { connections.checkpointer?.failure }

    /// Set when the ledger's files were moved or replaced: nothing is written then.
    package var displacement: LedgerError? { connections.held?.loss }

    /// Octets of the write-ahead log, when it has grown far beyond its size because a reader keeps it from being used again; nil otherwise.
    package var overlongLog: Int? { connections.checkpointer?.overlongLog }

    /// The failure of the last writes; nil once one succeeded again.
    package var writeFailure: LedgerError? { health.failure }

    /// Answers the waiting writes, refuses later ones, closes the files and releases the lock. May be called twice.
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

    /// Runs a write in the next group. After the change is durable and before its caller is answered cached tokens are forgotten, and those who wait for
    /// events woken.
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (any LedgerTransaction) throws -> Value
    ) async throws(LedgerError) -> Value {
        let (value, changesTokens, hasEvents) = try await committer.perform { group in
            let (tokens, event) = (group.changedTokens, group.trail.lastEvent)
            let value = try work(group)
            return (value, group.changedTokens != tokens, group.trail.lastEvent != event)
        }
        if changesTokens { tokens.forget() }
        if hasEvents { eventSignal.signal() }
        return value
    }

    package func append(_ event: AuditEvent) async throws(LedgerError) {
        // What failed because nothing can be written need not wait to fail again.
        if event.result == .failed, let standstill = health.standstill { throw standstill }
        try await write { try $0.audit(event) }
    }

    package func probeWriting() async throws(LedgerError) {
        try await committer.perform { try $0.rewriteCounters() }
        health.probed()
    }

    /// Runs a look-up: one statement on a reader's connection, on the caller's thread. A change of threads costs more than the statement,
    /// whose pages are in memory or one read of the disk away; for longer reads there is `scan`.
    package func read<Value>(_ work: (any LedgerRows) throws -> Value) throws(LedgerError) -> Value {
        try requireOpen()
        return try LedgerError.translating { try connections.readers.read { try work(SQLiteRows($0)) } }
    }

    /// Runs a read that may take long, on the scans' connection; all its statements see the same state.
    func scan<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(LedgerError) -> Value {
        try requireOpen()
        do {
            return try await connections.scans.read(work)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Throws when the ledger is closed: SQLite would crash on a closed connection.
    private func requireOpen() throws(LedgerError) {
        guard !isClosed.load(ordering: .acquiring) else { throw .unavailable("the ledger is closed") }
    }
}
