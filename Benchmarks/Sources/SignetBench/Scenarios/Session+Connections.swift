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
        let empty = KeepAliveLane.warmUp
        try measure(Operation.empty, load(lanes: 1) { _, _ in empty })
        try measure(Operation.empty, load(lanes: extent.lanes) { _, _ in empty })
        try measure(Operation.handshake, load(.connectionEach, lanes: extent.handshakeLanes) { _, _ in empty })
        let mutual = Load(
            port: server.port, style: .connectionEach, lanes: extent.handshakeLanes, seconds: extent.seconds,
            tls: { credentials[$0 % credentials.count].context }, request: { _, _ in empty })
        try measure(Operation.mutualHandshake, mutual)
    }
}
