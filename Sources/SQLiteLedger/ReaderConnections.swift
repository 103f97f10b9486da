import GRDB
import Synchronization

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
