import Foundation
import Testing

@testable import Publication

@Suite struct LowPriorityExecutorTests {
    /// Asks on the thread that it was given.
    private actor Asker {
        private let thread: LowPriorityExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

        init(thread: LowPriorityExecutor) { self.thread = thread }

        func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
    }

    @Test func `an actor on it is as patient as it says, and nobody else is`() async {
        let asker = Asker(thread: LowPriorityExecutor(name: "signet.test"))
        let before = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        #expect(await asker.niceness() == min(19, before + LowPriorityExecutor.niceness))
        #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) == before)
    }

    @Test func `the thread ends with its last actor`() async throws {
        weak var ended: LowPriorityExecutor?
        do {
            let thread = LowPriorityExecutor(name: "signet.end")
            ended = thread
            _ = await Asker(thread: thread).niceness()
            let running = try threads()
            #expect(running.contains("signet.end"))
            // Nothing else keeps the thread, and its last use would be above.
            withExtendedLifetime(thread) {}
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while try threads().contains("signet.end"), ContinuousClock.now < deadline { await Task.yield() }
        #expect(ended == nil)
        #expect(try !threads().contains("signet.end"))
    }

    /// Names of this process's threads.
    private func threads() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { id in
            // One that has just ended has no name.
            FileManager.default.contents(atPath: "/proc/self/task/\(id)/comm").map { String(decoding: $0.dropLast(), as: UTF8.self) }
        }
    }
}
