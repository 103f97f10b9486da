import HummingbirdCore
import Logging
package import NIOCore
import NIOSSL
import PKI

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
        let connection = channel.eventLoop.makeCompletedFuture {
            // BoringSSL ends the process in a handshake before 1970, and lists that need no TLS would end with it.
            if tls != nil, exchange.environment.now() < 0 { throw ClockBefore1970() }
            let handlers = ConnectionHandlers(tls: tls, limits: limits, facts: facts)
            register(facts, handlers.socket, of: channel)
            try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: SocketOptionValue(limits.unread))
            try Self.boundReads(of: channel)
            try channel.pipeline.syncOperations.addHandlers(handlers.all)
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map { requests in
            HTTPConnection(requests: requests, facts: facts)
        }
        // Nobody else does: it would stay open, and no deadline is set yet.
        connection.whenFailure { _ in channel.close(promise: nil) }
        return connection
    }

    /// TLS gathers what is read at once, and keeps room for as much again: by NIO's own measure, four reads of 64 KiB, half a MiB a connection.
    static func boundReads(of channel: any Channel) throws {
        let options = channel.syncOptions
        try options?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2_048, maximum: readAtOnce))
        try options?.setOption(.maxMessagesPerRead, value: 1)
    }

    /// Octets: a record of TLS (RFC 8446 §5.1) and a little more take two reads.
    static let readAtOnce = 16 << 10

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

/// Runs a connection's tasks on the thread of its event loop, where its bytes arrive and leave: a request then changes threads only for the
/// ledger's writer. Measured: a twelfth of a signature's CPU time (decision 34). Nothing that runs here may block for longer than a look-up.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Why a connection was closed before its handshake.
private struct ClockBefore1970: Error {}
