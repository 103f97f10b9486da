import Glibc
import Synchronization

/// SIGHUP as a request to look at once, where the system's default is to end the process.
package enum HangUp {
    private static let received = Atomic<Int>(0)

    /// Counts the signal from now on.
    package static func isARequest() {
        // Made here, as a handler must not.
        _ = count
        _ = signal(SIGHUP) { _ in HangUp.received.wrappingAdd(1, ordering: .relaxed) }
    }

    /// How many came.
    package static var count: Int { received.load(ordering: .relaxed) }
}
