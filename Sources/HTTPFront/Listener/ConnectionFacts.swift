import NIOCore
import Synchronization

/// What is known of a connection, gathered once however many requests it carries.
package final class ConnectionFacts: Sendable {
    private struct State {
        var peerCertificateDER: [UInt8]?
        /// Since when the peer has owed us something; nil while it waits for us.
        var waitingSince: NIODeadline? = .now()
        var answers = 0
        /// Requests that are here whole.
        var arrivals = 0
        var credential: ProvenCredential?
        /// When the ledger was asked about the certificate.
        var judgedAt: NIODeadline?
        /// Octets of the body being read that are taken from the budget.
        var heldOctets = 0
        /// The limits of the last request.
        var limits: LimitRules?
        /// The request was taken out of a bucket.
        var isCharged = false
        /// The result of taking it out of its bucket; nil before that.
        var admission: Admission?
        /// The request being read did not end in its time.
        var isLate = false
        var connections: OpenConnections?
        var close: (@Sendable () -> Void)?
    }

    /// The peer's IP address as text; empty when the system does not tell.
    package let remoteAddress: String
    private let state = Mutex(State())
    private let bodies: BodyBudget

    /// Facts of a connection that has not said anything yet.
    /// - Parameter bodies: the listener's.
    package init(remoteAddress: String, bodies: BodyBudget = BodyBudget(limit: ConnectionLimits().bodies)) {
        self.remoteAddress = remoteAddress
        self.bodies = bodies
    }

    /// The certificate the client proved possession of in the handshake. Nothing else was checked: the ledger says whether it is one of ours.
    package var peerCertificateDER: [UInt8]? { state.withLock { $0.peerCertificateDER } }

    /// Called once, when the handshake is over.
    package func record(peerCertificateDER der: [UInt8]?) {
        state.withLock { $0.peerCertificateDER = der }
    }

    /// What decides whether the connection goes when there are too many.
    struct Place {
        /// Since when it has kept us waiting; nil when an answer is owed, for then it is not cut.
        let waitingSince: NIODeadline?
        let credential: ProvenCredential?
    }

    var place: Place { state.withLock { Place(waitingSince: $0.waitingSince, credential: $0.credential) } }

    /// How long what the ledger said of a certificate is believed, for a place among the connections; every use of it asks again.
    private static let believed = TimeAmount.seconds(10)

    /// The certificate, when the ledger is to be asked about it: with the first request, and when it was asked long ago.
    func certificateToJudge(at now: NIODeadline) -> [UInt8]? {
        state.withLock { state in
            if let judgedAt = state.judgedAt, now < judgedAt + Self.believed { return nil }
            state.judgedAt = now
            return state.peerCertificateDER
        }
    }

    /// What the last request showed; nil for nothing, or nothing good: its privilege ends.
    package func showed(_ credential: ProvenCredential?) {
        state.withLock { $0.credential = credential }
    }

    /// The limits of a request that begins. As long as they are in force they are this connection's, and it waits for no other.
    func beginRequest(limitedBy limiter: RequestLimiter) -> LimitRules {
        state.withLock { state in
            (state.isCharged, state.admission) = (false, nil)
            if let limits = state.limits, !limits.isRetired.load(ordering: .acquiring) { return limits }
            let limits = limiter.rules
            state.limits = limits
            return limits
        }
    }

    /// True when it is asked for the first time in a request.
    var isFirstCharge: Bool {
        state.withLock { state in
            defer { state.isCharged = true }
            return !state.isCharged
        }
    }

    /// The result of taking the request out of its bucket; nil when it was taken out of none.
    var admission: Admission? { state.withLock { $0.admission } }

    /// Keeps what the request found in its bucket.
    func note(_ admission: Admission) { state.withLock { $0.admission = admission } }

    /// Takes the octets that the body being read has by now from the listener's budget; false when there are not as many left.
    func hold(octets: Int) -> Bool {
        state.withLock { state in
            let more = max(0, octets - BodyBudget.free) - state.heldOctets
            guard more > 0 else { return true }
            guard bodies.take(more) else { return false }
            state.heldOctets += more
            return true
        }
    }

    /// The body is no longer kept.
    func releaseBody() {
        let octets = state.withLock { state in
            defer { state.heldOctets = 0 }
            return state.heldOctets
        }
        if octets > 0 { bodies.giveBack(octets) }
    }

    /// Requests that were answered.
    var answers: Int { state.withLock { $0.answers } }

    /// Joins the listener's others. `close` closes the connection at once, from any thread.
    func join(_ connections: OpenConnections, close: @escaping @Sendable () -> Void) {
        state.withLock { ($0.connections, $0.close) = (connections, close) }
        connections.add(self)
    }

    /// Leaves them again, closed.
    func leave() {
        let connections = state.withLock { state in
            defer { (state.connections, state.close) = (nil, nil) }
            return state.connections
        }
        connections?.remove(self)
        releaseBody()
    }

    /// Closes the connection at once.
    func cut() {
        let close = state.withLock { state in
            state.waitingSince = nil
            return state.close
        }
        close?()
    }

    /// The time for the request being read is over: the connection is cut, and an answer would find nobody.
    func isOverdue() { state.withLock { $0.isLate = true } }

    /// The status in the log of a request whose connection ended before it could be answered: 408 when it did not come in its time, else
    /// that its client has gone.
    var statusOfUnanswered: Int { state.withLock { $0.isLate } ? 408 : 499 }

    /// A whole request is here, and not answered.
    /// - Parameter owesAnswer: false when the answer has begun before.
    func requestArrived(owesAnswer: Bool = true) {
        state.withLock { state in
            if owesAnswer { state.waitingSince = nil }
            state.arrivals += 1
        }
    }

    /// Whether a part of the request that is being answered is not here yet.
    var isReceiving: Bool { state.withLock { $0.arrivals <= $0.answers } }

    /// The answer was written: the peer's turn, unless others wait for a place.
    func answered() {
        state.withLock { $0.answers += 1 }
        releaseBody()
        ends()
    }

    /// Nothing is owed any more: from now on the peer keeps us waiting, if only by its goodbye.
    func ends() {
        let connections = state.withLock { state in
            state.waitingSince = .now()
            return state.connections
        }
        connections?.makeRoom()
    }
}

/// A credential that the ledger was asked about and found good.
package enum ProvenCredential: Hashable, Sendable {
    /// The end of the client certificate's signature, which tells those from each other that were issued here.
    case certificate([UInt8])
    /// The token's accessor.
    case token(String)

    /// That of a certificate that the ledger has, octet for octet.
    package static func certificate(der: [UInt8]) -> ProvenCredential { .certificate(Array(der.suffix(32))) }
}

/// What the ledger says of a client certificate.
package enum CertificateStanding: Equatable, Sendable {
    /// Issued here, neither revoked nor expired.
    case good
    /// It proves nothing: the stable code of the refusal.
    case refused(code: String)
    /// The ledger could not be asked.
    case unknown
}
