import NIOCore

/// Runs a connection's tasks on the thread of its event loop, where its bytes arrive and leave: a request then changes threads only for the
/// ledger's writer. Measured: a twelfth of a signature's CPU time (decision 34). Nothing that runs here may block for longer than a look-up.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
