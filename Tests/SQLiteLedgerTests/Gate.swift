import Dispatch
import Synchronization

/// Holds up the ledger's writer until a test has queued what it wants in one group.
final class Gate: Sendable {
    private let reached = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Called by the writer.
    func wait() {
        reached.signal()
        opened.wait()
    }

    /// Returns when the writer stands before the gate: what is queued from now on forms the next group.
    func waitUntilReached() { reached.wait() }

    func open() { opened.signal() }
}

/// Counts from any thread.
final class Tally: Sendable {
    private let value = Mutex(0)

    func add() { value.withLock { $0 += 1 } }

    var count: Int { value.withLock { $0 } }
}
