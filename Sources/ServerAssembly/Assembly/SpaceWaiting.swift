import Authority
import Publication
import ServiceLifecycle
import Synchronization

/// Ends when the disk has space again.
final class SpaceWaiting: Service {
    private let clock: any Clock<Duration>
    private let isFull: @Sendable () -> Bool
    private let ended = Mutex(false)

    private static let pause = Duration.seconds(2)

    init(clock: any Clock<Duration>, isFull: @escaping @Sendable () -> Bool) {
        self.clock = clock
        self.isFull = isFull
    }

    /// Whether there was space, and not an end of the program.
    var hasEnded: Bool { ended.withLock { $0 } }

    func run() async throws {
        while await sleepUnlessShuttingDown(Self.pause, clock) {
            guard !isFull() else { continue }
            return ended.withLock { $0 = true }
        }
    }
}
