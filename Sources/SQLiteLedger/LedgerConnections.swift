import CSQLiteSettings
import DurableFiles
import GRDB
import Ledger
import Synchronization

/// The connections to one ledger: a writer, a few readers, one for scans, one for checkpoints; and the lock against a second server.
struct LedgerConnections: Sendable {
    let writer: DatabaseQueue
    /// Look-ups.
    let readers: ReaderConnections
    /// Searches and lists, which may take long: they wait for one another, and no look-up waits for them.
    let scans: any DatabaseReader
    /// None in memory and for readers.
    let checkpointer: WALCheckpointer?
    /// Held by a server; none in memory and for readers.
    let held: HeldLedger?

    /// Opens for reading and writing; makes the file when it is missing, and brings its tables up to date.
    /// - Parameter busyTimeout: seconds to wait for another program that holds the database.
    static func open(path: String, busyTimeout: Double) throws -> Self {
        let lock = try lockLedger(path + ".lock")
        try makePrivateFile(path: path)
        var configuration = configuration(busyTimeout: busyTimeout)
        configuration.journalMode = .wal
        let writer = try DatabaseQueue(path: path, configuration: configuration)
        try writer.writeWithoutTransaction { db in
            try makeDurable(db)
            try settleLog(db)
        }
        try Schema.migrate(writer)
        return Self(
            writer: writer, readers: ReaderConnections { try reader(path: path, label: "reader") },
            scans: try reader(path: path, label: "scans"),
            checkpointer: try checkpointer(path: path, busyTimeout: busyTimeout), held: HeldLedger(path: path, lock: lock))
    }

    /// Opens for reading only, also while a server is running.
    static func openForReading(path: String) throws -> Self {
        let scans = try reader(path: path, label: "scans")
        try scans.unsafeRead { db in try Schema.check(db) }
        return Self(
            writer: scans, readers: ReaderConnections { try reader(path: path, label: "reader") }, scans: scans, checkpointer: nil,
            held: nil)
    }

    /// A ledger that lives as long as the process: one connection reads and writes.
    static func openInMemory() throws -> Self {
        let queue = try DatabaseQueue(configuration: configuration(busyTimeout: 5))
        try Schema.migrate(queue)
        return Self(writer: queue, readers: ReaderConnections { queue }, scans: queue, checkpointer: nil, held: nil)
    }

    /// Closes all connections and releases the lock. Blocks.
    func close() {
        // A connection that cannot be closed is closed when it is released, and a log that stays behind is read at the next start.
        do { try checkpointer?.close() } catch {}
        do { try scans.close() } catch {}
        readers.close()
        do { try writer.close() } catch {}
        held?.lock.release()
    }

    private static func configuration(busyTimeout: Double) -> Configuration {
        var configuration = Configuration()
        configuration.label = "signet.ledger"
        configuration.busyMode = .timeout(busyTimeout)
        // A failed rollback is dealt with at the next group; GRDB would end the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try distrust(db)
        }
        return configuration
    }

    /// Protects against a file that was changed by others: functions with side effects are not called from its schema, each page is checked
    /// before it is used, and no statement can write to SQLite's own tables.
    static func distrust(_ db: Database) throws {
        try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        let trusts = try Int.fetchOne(db, sql: "PRAGMA trusted_schema")
        guard unsafe csqlite_be_defensive(UnsafeMutableRawPointer(db.sqliteConnection)) == 0, trusts == 0 else {
            throw LedgerError.unavailable("SQLite does not take the settings that guard against a changed file (defensive, trusted_schema)")
        }
    }

    /// GRDB sets `synchronous = NORMAL`, with which a power cut may lose commits: FULL is set after it, and believed only when read back.
    private static func makeDurable(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
        let checkpoints = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint")
        guard synchronous == 2, journal == "wal", checkpoints == 0 else {
            throw LedgerError.unavailable("SQLite does not take the settings that make commits durable (synchronous FULL, journal WAL)")
        }
    }

    /// Copies the log that a killed server left into the database and begins a new one.
    ///
    /// Its last frames may be in the system's cache and not on the disk, when the flush before the kill had failed: what is appended to them
    /// would be lost with them in a power cut. Another program that reads the log meanwhile keeps it; then it is copied by the checkpoints.
    private static func settleLog(_ db: Database) throws {
        do { _ = try db.checkpoint(.truncate) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY { return }
    }

    private static func reader(path: String, label: String) throws -> DatabaseQueue {
        var configuration = configuration(busyTimeout: 5)
        configuration.label = "signet.ledger.\(label)"
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// A connection for checkpoints, which come every `interval` writes: often, for the flush of what one copies holds up the flushes of groups.
    static func checkpointer(path: String, busyTimeout: Double, interval: Int = 32) throws -> WALCheckpointer {
        var configuration = configuration(busyTimeout: busyTimeout)
        configuration.label = "signet.ledger.checkpoints"
        // A passive checkpoint waits for nobody, and one that shortens the log must not: the writer would wait with it.
        configuration.busyMode = .immediateError
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // A connection that has read nothing does not know yet that there is a log.
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
        }
        return WALCheckpointer(database: queue, interval: interval)
    }
}

/// Read-only connections for look-ups. A look-up runs on its caller's thread and waits for no other: there are as many connections as threads
/// that have read at once.
///
/// GRDB's pool goes through four dispatch queues and a key path to a free connection, and asks it for the schema's version: more work than the
/// two statements of a look-up (decision 89).
final class ReaderConnections: Sendable {
    private struct State {
        var idle: [DatabaseQueue] = []
        var isClosed = false
    }

    private let open: @Sendable () throws -> DatabaseQueue
    private let state = Mutex(State())

    /// - Parameter open: opens one more connection.
    init(open: @escaping @Sendable () throws -> DatabaseQueue) { self.open = open }

    /// Runs a look-up.
    func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
        let connection = try state.withLock { $0.idle.popLast() } ?? open()
        // One that is not kept closes itself.
        defer { state.withLock { if !$0.isClosed { $0.idle.append(connection) } } }
        return try connection.unsafeRead(work)
    }

    /// Closes the idle connections; those in use close when their look-up ends.
    func close() {
        let idle = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.idle
        }
        // A connection that cannot be closed is closed when it is released.
        for connection in idle { do { try connection.close() } catch {} }
    }
}
