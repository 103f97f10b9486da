import Synchronization

/// What is known of a connection, gathered once however many requests it carries.
package final class ConnectionFacts: Sendable {
    private struct State {
        var peerCertificateDER: [UInt8]?
        var parsed: (any Sendable)?
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

    /// The client certificate as `parse` reads it, read once for the connection; nil without one.
    package func peerCertificate<Parsed: Sendable, Failure: Error>(
        _ parse: ([UInt8]) throws(Failure) -> Parsed
    ) throws(Failure) -> Parsed? {
        let known = state.withLock { $0 }
        if let parsed = known.parsed as? Parsed { return parsed }
        guard let der = known.peerCertificateDER else { return nil }
        let parsed = try parse(der)
        state.withLock { $0.parsed = parsed }
        return parsed
    }

    /// Called once, when the handshake is over.
    func record(peerCertificateDER der: [UInt8]?) {
        state.withLock { $0.peerCertificateDER = der }
    }
}
