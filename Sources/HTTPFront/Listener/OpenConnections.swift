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
