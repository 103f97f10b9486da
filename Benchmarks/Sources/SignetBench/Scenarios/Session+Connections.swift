/// The server's share of the limits: requests that ask for nothing.
extension Session {
    /// Names of the measurements that ratios are made of.
    enum Operation {
        static let empty = "empty request"
        static let handshake = "empty request, client without certificate"
        static let mutualHandshake = "empty request, client with certificate"
        static let sign = "sign"
        static let renew = "renew"
    }

    /// An empty request over connections that are there, and over new ones.
    func measureConnections(as credentials: [RenewingService]) throws {
        try measure(Operation.empty, emptyLoad(lanes: 1))
        try measure(Operation.empty, emptyLoad(lanes: extent.lanes))
        try measure(Operation.handshake, emptyLoad(.connectionEach, lanes: extent.handshakeLanes))
        try measure(Operation.mutualHandshake, mutualHandshakes(as: credentials))
    }

    /// Empty requests without a client certificate.
    func emptyLoad(_ style: Load.Style = .keepAlive, lanes: Int) -> Load {
        let empty = KeepAliveLane.warmUp
        return load(style, lanes: lanes) { _, _ in empty }
    }

    /// Empty requests over new connections with one.
    func mutualHandshakes(as credentials: [RenewingService]) -> Load {
        let empty = KeepAliveLane.warmUp
        return Load(
            port: server.port, style: .connectionEach, lanes: extent.handshakeLanes, seconds: extent.seconds,
            tls: { credentials[$0 % credentials.count].context }, request: { _, _ in empty })
    }
}
