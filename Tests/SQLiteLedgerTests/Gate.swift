import Dispatch
import Synchronization

/// Holds up the ledger's writer until a test has queued what it wants in one group.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }

    func open() { semaphore.signal() }
}

/// Counts from any thread.
final class Tally: Sendable {
    private let value = Mutex(0)

    func add() { value.withLock { $0 += 1 } }

    var count: Int { value.withLock { $0 } }
}
