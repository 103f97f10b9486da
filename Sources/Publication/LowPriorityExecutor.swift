import Dispatch
import Foundation
import Synchronization

/// Runs an actor on a low-priority thread of its own: building a CRL of a million entries must not hold one of the few threads that serve
/// requests, nor take their processor time (decision 36).
final class LowPriorityExecutor: SerialExecutor {
    /// Increment of the thread's niceness (nice(2)): about a tenth of a processor when all are busy, all of one that is idle.
    static let niceness: Int32 = 10

    private final class Jobs: Sendable {
        private let waiting = Mutex<[@Sendable () -> Void]>([])
        private let arrived = DispatchSemaphore(value: 0)

        func add(_ job: @escaping @Sendable () -> Void) {
            waiting.withLock { $0.append(job) }
            arrived.signal()
        }

        /// Ends the queue.
        func end() { arrived.signal() }

        /// Waits for the next job; nil after the end.
        func next() -> (@Sendable () -> Void)? {
            arrived.wait()
            return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    private let jobs = Jobs()

    /// - Parameter name: of the thread, at most 15 octets for Linux to show it.
    init(name: String) {
        Thread.detachNewThread { [jobs] in
            // Told to Foundation so early, the name may never reach the system. A thread without one works as well.
            try? FileHandle(forWritingAtPath: "/proc/thread-self/comm")?.write(contentsOf: Data(name.utf8))
            // On Linux a thread has a niceness of its own; where it cannot be raised the thread is only less patient.
            _ = nice(Self.niceness)
            while let job = jobs.next() { job() }
        }
    }

    deinit { jobs.end() }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        jobs.add { unsafe unowned.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }
}
