import HummingbirdCore
import NIOCore
import Synchronization

/// A listener's open connections. When nearly all that it may have are taken, newcomers take the place of those that have kept it waiting the
/// longest: in a handshake, between two requests, or within one that does not come to its end. Holders of a client certificate are left alone,
/// and so is whoever waits for an answer.
final class OpenConnections: Sendable {
    /// With more than these, some must make room.
    private let comfortable: Int
    private let most: Int
    private let open = Mutex<[ObjectIdentifier: ConnectionFacts]>([:])

    /// - Parameter most: how many there may be at once.
    init(most: Int) {
        self.most = most
        comfortable = most - (most > 1 ? max(1, most / 16) : 0)
    }

    func add(_ connection: ConnectionFacts) {
        open.withLock { $0[ObjectIdentifier(connection)] = connection }
        makeRoom(for: connection)
    }

    func remove(_ connection: ConnectionFacts) {
        open.withLock { $0[ObjectIdentifier(connection)] = nil }
    }

    /// Cuts off those that wait longest, if there are too many: a few more than needed, for looking through all is not for every newcomer.
    /// - Parameter newcomer: stays.
    func makeRoom(for newcomer: ConnectionFacts? = nil) {
        for connection in open.withLock({ leaving(&$0, newcomer) }) { connection.cut() }
    }

    private func leaving(_ open: inout [ObjectIdentifier: ConnectionFacts], _ newcomer: ConnectionFacts?) -> [ConnectionFacts] {
        guard open.count > comfortable else { return [] }
        let waiting = open.values.compactMap { connection in
            connection === newcomer ? nil : connection.waitingSince.map { (since: $0, connection: connection) }
        }
        let count = open.count - comfortable + (most - comfortable) / 2
        let leaving = waiting.sorted { $0.since < $1.since }.prefix(count).map(\.connection)
        for connection in leaving { open[ObjectIdentifier(connection)] = nil }
        return leaving
    }

    /// Counts connections where they are accepted.
    func counter() -> some AvailableConnectionsDelegate { Counter(most: most) }

    /// Belongs to the event loop of the listening socket.
    private struct Counter: AvailableConnectionsDelegate {
        let most: Int
        var count = 0

        mutating func connectionOpened() { count += 1 }

        mutating func connectionClosed() { count -= 1 }

        func isAcceptingNewConnections() -> Bool { count < most }
    }
}
