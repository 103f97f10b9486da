import NIOCore

/// The handler next to the socket: cuts connections whose time is up, without waiting for TLS or a peer to agree, and lets every other
/// connection end only when its peer has taken what was written.
final class SocketGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let firstByte: TimeAmount
    private let stalledWrite: TimeAmount
    private var context: ChannelHandlerContext?
    private var firstByteDeadline: Scheduled<Void>?
    private var writeCheck: Scheduled<Void>?
    /// Octets handed to the socket since the connection began.
    private var submitted = 0
    /// How many of them the socket had taken at the last check.
    private var taken = 0
    private var isClosing = false

    init(limits: ConnectionLimits) {
        firstByte = TimeAmount(limits.firstByte)
        stalledWrite = TimeAmount(limits.stalledWrite)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        firstByteDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: firstByte) { self.cut() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        firstByteDeadline?.cancel()
        writeCheck?.cancel()
        self.context = nil
    }

    /// The first byte of a request came through: the peer is past the handshake.
    func requestsBegan() {
        firstByteDeadline?.cancel()
    }

    /// Closes the socket at once.
    func cut() {
        context?.close(mode: .all, promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        submitted += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
        if writeCheck == nil { scheduleWriteCheck(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Whatever a peer sends to a connection that is ending is not answered any more.
        if !isClosing { context.fireChannelRead(data) }
    }

    /// The handlers above close once an answer is written, which for a long one is long before the socket has taken it.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, let waiting = waitingOctets(context), waiting > 0 else {
            context.close(mode: mode, promise: promise)
            return
        }
        if mode == .all { isClosing = true }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: mode, promise: promise) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
    }

    private func scheduleWriteCheck(_ context: ChannelHandlerContext) {
        writeCheck = context.eventLoop.assumeIsolated().scheduleTask(in: stalledWrite) { self.checkWrites() }
    }

    private func checkWrites() {
        writeCheck = nil
        guard let context, let waiting = waitingOctets(context), waiting > 0 else { return }
        let takenNow = submitted - waiting
        if takenNow == taken {
            cut()
        } else {
            taken = takenNow
            scheduleWriteCheck(context)
        }
    }

    /// Octets that the socket has not taken yet; nil on a channel that cannot tell, such as one that is closed.
    private func waitingOctets(_ context: ChannelHandlerContext) -> Int? {
        do {
            return try context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        } catch {
            return nil
        }
    }
}
