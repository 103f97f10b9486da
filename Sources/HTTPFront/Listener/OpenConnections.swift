import HummingbirdCore
import NIOCore
import Synchronization

/// A listener's open connections. When nearly all that it may have are taken, newcomers take the place of those that have kept it waiting the
/// longest: in a handshake, between two requests, or within one that does not come to its end. Whoever waits for an answer is left alone.
///
/// A credential that was found good lets a connection stay longer than others: a token longest, a certificate next. That holds for a number of
/// connections with one credential, and for a share of all places with one kind of it; what is beyond goes as if nothing had been shown. So
/// neither one holder nor all of them together keep newcomers out, and an administrator can always get in (decision 55).
final class OpenConnections: Sendable {
    /// Number of connections above which new ones replace old ones.
    private let softLimit: Int
    private let most: Int
    private let open = Mutex<[ObjectIdentifier: ConnectionFacts]>([:])

    /// - Parameter most: largest number of connections at once.
    init(most: Int) {
        self.most = most
        softLimit = most - (most > 1 ? max(1, most / 16) : 0)
    }

    /// How many connections one credential makes longer-lived, at most.
    private static let perCredential = 16

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
        guard open.count > softLimit else { return [] }
        let seats = open.values.map { Seat(connection: $0, place: $0.place) }
        guard seats.contains(where: { $0.place.waitingSince != nil }) else { return [] }
        let needed = open.count - softLimit
        let count = needed + (most - softLimit) / 2
        let order = ranked(seats).filter { $0.place.waitingSince != nil && $0.connection !== newcomer }
            .sorted { ($0.rank, $0.since) < ($1.rank, $1.since) }
        // Beyond what is needed only those go who have shown nothing.
        let leaving = order.enumerated().filter { index, seat in index < (seat.rank == .plain ? count : needed) }.map(\.element.connection)
        for connection in leaving { open[ObjectIdentifier(connection)] = nil }
        return leaving
    }

    private struct Seat {
        let connection: ConnectionFacts
        let place: ConnectionFacts.Place
        var rank = Rank.plain

        /// Whom an answer is owed has not begun to keep us waiting.
        var since: NIODeadline { place.waitingSince ?? .distantFuture }
    }

    /// Who stays longer.
    private enum Rank: Int, Comparable {
        case plain, certificate, token

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Those who are served, or waited for shortest, keep what their credential gives; what is beyond its bounds is plain.
    private func ranked(_ seats: [Seat]) -> [Seat] {
        var left = [Rank.certificate: max(1, softLimit / 2), .token: max(1, softLimit / 4)]
        let perCredential = max(1, min(Self.perCredential, softLimit / 4))
        var held: [ProvenCredential: Int] = [:]
        return seats.sorted { $0.since > $1.since }.map { seat in
            guard let credential = seat.place.credential else { return seat }
            let rank: Rank = if case .token = credential { .token } else { .certificate }
            guard held[credential, default: 0] < perCredential, let free = left[rank], free > 0 else { return seat }
            held[credential, default: 0] += 1
            left[rank] = free - 1
            var seat = seat
            seat.rank = rank
            return seat
        }
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

/// What one connection, and all of them together, may take from a listener.
package struct ConnectionLimits: Sendable {
    /// Simultaneous connections. Near the bound those make room that have kept us waiting longest; when none can, new ones wait in the
    /// system's queue. Up to 15 more may be accepted at a time.
    package var connections = 10_000
    /// From accepting a connection to the first byte of its first request, so it covers the TLS handshake.
    package var firstByte: Duration = .seconds(10)
    /// From the first byte of a request to its last, so a client that trickles holds nothing for long.
    package var request: Duration = .seconds(30)
    /// Silence between requests.
    package var idle: Duration = .seconds(60)
    /// How long a client may take nothing of an answer that waits for it.
    package var stalledWrite: Duration = .seconds(20)
    /// Octets of answers that the system keeps for a client that does not read: the kernel doubles it for its own account, and would go up to
    /// 4 MiB by itself. What has no room there keeps the connection's next request waiting.
    package var unread = 128 << 10
    /// Octets of request line and header fields together, and of trailer fields.
    package var head = 16 * 1024
    /// Octets of bodies, of all connections together, beyond the first 16 KiB of each.
    package var bodies = 64 << 20
    /// Octets of a body that `Expect: 100-continue` is answered for; a larger one is refused before it is sent.
    package var expectedBody = BodyLimit.standard

    /// The limits a server runs with.
    package init() {}
}

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
