package import NIOCore

/// What stands between a socket and the HTTP parser.
package struct ConnectionHandlers {
    let socket: SocketGuard
    /// From the socket up.
    package let all: [any ChannelHandler]

    /// - Parameter tls: nil for plain HTTP.
    package init(tls: ServerTLS?, limits: ConnectionLimits, facts: ConnectionFacts) {
        socket = SocketGuard(limits: limits)
        let framing = RequestFramingHandler(limits: limits, socket: socket, facts: facts, isSecure: tls != nil)
        all = if let tls { [socket, tls.makeHandler(), framing] } else { [socket, framing] }
    }
}
