import Dispatch
import Foundation
import Synchronization

/// The child processes that run, so that whoever ends a benchmark leaves none behind.
enum Children {
    private static let running = Mutex<Set<Int32>>([])

    static func add(_ id: Int32) { running.withLock { _ = $0.insert(id) } }

    static func remove(_ id: Int32) { running.withLock { _ = $0.remove(id) } }

    /// On SIGTERM and SIGINT ends all children, cleans up and leaves.
    /// - Returns: what must be kept as long as that is to work.
    static func endWithUs(cleanUp: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                for id in running.withLock({ $0 }) { kill(id, SIGTERM) }
                cleanUp()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }
}
