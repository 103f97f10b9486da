import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// An accepted connection, ready to carry requests.
struct HTTPConnection: ServerChildChannelValue {
    let requests: HTTP1Channel.Value
    let facts: ConnectionFacts

    var channel: any Channel { requests.channel }
}

/// A peer's address as text. To a socket of IPv6 the peers of IPv4 have mapped addresses (RFC 4291 §2.5.5.2): they are written as what they are.
func peerAddress(_ text: String) -> String {
    let mapped = "::ffff:"
    return text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
}

/// Builds the pipeline of each accepted connection: socket guard, TLS, request framing, and Hummingbird's HTTP/1.1 above them.
struct ConnectionSetup: ServerChildChannel {
    let tls: ServerTLS?
    let limits: ConnectionLimits
    let connections: OpenConnections
    let bodies: BodyBudget
    let exchange: Exchange

    private var configuration: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(limits.idle),
            httpDecoderConfiguration: .init(maxHeaderFieldSize: limits.head, maxHeaderListSize: limits.head, maxHeaderFieldCount: 100))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTPConnection> {
        let facts = ConnectionFacts(remoteAddress: peerAddress(channel.remoteAddress?.ipAddress ?? ""), bodies: bodies)
        let http = HTTP1Channel(responder: { _, _, _ in }, configuration: configuration)
        return channel.eventLoop.makeCompletedFuture {
            let handlers = ConnectionHandlers(tls: tls, limits: limits, facts: facts)
            register(facts, handlers.socket, of: channel)
            try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: SocketOptionValue(limits.unread))
            try channel.pipeline.syncOperations.addHandlers(handlers.all)
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map { requests in
            HTTPConnection(requests: requests, facts: facts)
        }
    }

    /// Its place among the open connections, which may be taken away.
    private func register(_ facts: ConnectionFacts, _ socket: SocketGuard, of channel: any Channel) {
        let eventLoop = channel.eventLoop
        let bound = NIOLoopBound(socket, eventLoop: eventLoop)
        facts.join(connections) { eventLoop.execute { bound.value.cut() } }
        channel.closeFuture.whenComplete { _ in facts.leave() }
    }

    func handle(value connection: HTTPConnection, logger: Logger) async {
        // The responder is made for each connection, so that each request finds what the connection knows.
        let http = HTTP1Channel(
            responder: { [exchange] request, writer, _ in
                try await exchange.answer(request, connection: connection.facts, writer: writer)
            }, configuration: configuration)
        await withTaskExecutorPreference(EventLoopExecutor(connection.channel.eventLoop)) {
            await http.handle(value: connection.requests, logger: logger)
        }
    }
}
