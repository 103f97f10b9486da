import Synchronization

/// The octets of request bodies that a listener holds at once, all connections together. The beginning of each body is free, and bounded by the
/// number of connections: an ordinary request is never refused because others send large ones.
package final class BodyBudget: Sendable {
    /// Octets of each body that count for nothing.
    static let free = 16 * 1024

    private let limit: Int
    private let held = Mutex(0)

    /// - Parameter limit: octets beyond the free ones.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes octets, or none when there are not as many left.
    func take(_ octets: Int) -> Bool {
        held.withLock { held in
            guard octets <= limit - held else { return false }
            held += octets
            return true
        }
    }

    func giveBack(_ octets: Int) {
        held.withLock { $0 -= octets }
    }
}
