import NIOCore
import Synchronization

/// What is known of a connection, gathered once however many requests it carries.
package final class ConnectionFacts: Sendable {
    private struct State {
        var peerCertificateDER: [UInt8]?
        /// Since when the peer has owed us something; nil while it waits for us.
        var waitingSince: NIODeadline? = .now()
        var answers = 0
        var connections: OpenConnections?
        var close: (@Sendable () -> Void)?
    }

    /// The peer's IP address as text; empty when the system does not tell.
    package let remoteAddress: String
    private let state = Mutex(State())

    /// Facts of a connection that has not said anything yet.
    package init(remoteAddress: String) {
        self.remoteAddress = remoteAddress
    }

    /// The certificate the client proved possession of in the handshake; its chain was verified then, its revocation was not.
    package var peerCertificateDER: [UInt8]? { state.withLock { $0.peerCertificateDER } }

    /// Called once, when the handshake is over.
    func record(peerCertificateDER der: [UInt8]?) {
        state.withLock { $0.peerCertificateDER = der }
    }

    /// Since when the connection has kept us waiting; nil when it may not be cut for that: an answer is owed, or a certificate was shown.
    var waitingSince: NIODeadline? { state.withLock { $0.peerCertificateDER == nil ? $0.waitingSince : nil } }

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
    }

    /// Closes the connection at once.
    func cut() {
        let close = state.withLock { state in
            state.waitingSince = nil
            return state.close
        }
        close?()
    }

    /// A whole request is here, and not answered.
    func requestArrived() { state.withLock { $0.waitingSince = nil } }

    /// The answer was written: the peer's turn, unless others wait for a place.
    func answered() {
        state.withLock { $0.answers += 1 }
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
