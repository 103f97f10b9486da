import NIOCore
import NIOHTTP1
import NIOSSL

/// Sits between TLS and the HTTP parser: rewrites `LIST`, bounds head and time of each request, and closes when a request says so.
final class RequestFramingHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let socket: SocketGuard
    private let facts: ConnectionFacts
    private let isSecure: Bool
    private let requestTime: TimeAmount
    private let expectedBody: Int
    private var framing: RequestFraming
    private var deadline: Scheduled<Void>?
    private var hasBegun = false
    /// Requests that began, the one being read among them.
    private var requests = 0
    /// Nothing more is read: what follows is no request of ours.
    private var isDone = false
    /// Something was written since the request being read, or the last one, began.
    private var hasAnswered = false
    /// Octets of a request that came after its answer.
    private var drained = 0
    /// The request was answered whole before its content was here: what comes of it goes no further than this handler, and behind it the connection ends.
    private var isSwallowing = false
    private var hasQuiesced = false
    /// A stop was asked for while a head was incomplete; it is passed on when the request is known, so that it is answered.
    private var heldQuiesce: ChannelShouldQuiesceEvent?

    init(limits: ConnectionLimits, socket: SocketGuard, facts: ConnectionFacts, isSecure: Bool) {
        self.socket = socket
        self.facts = facts
        self.isSecure = isSecure
        requestTime = TimeAmount(limits.request)
        expectedBody = limits.expectedBody
        framing = RequestFraming(headLimit: limits.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        if !hasBegun { begin(context) }
        isSwallowing = isSwallowing || (framing.isInsideRequest && !framing.isInsideHead && facts.answers >= requests)
        var buffer = unwrapInboundIn(data)
        let failure = follow(&buffer, context: context)
        if framing.isInsideRequest, deadline == nil {
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: requestTime) {
                self.facts.isOverdue()
                self.socket.cut()
            }
        }
        if isDrainedEnough(buffer.readableBytes) { return socket.cut() }
        if isSwallowing {
            // The parser has not seen the content, and could read nothing behind it.
            if isDone || failure != nil { context.close(mode: .all, promise: nil) }
            return
        }
        if buffer.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(buffer)) }
        if let failure {
            isDone = true
            refuse(failure, context: context)
        } else if isDone {
            if hasAnswered { quiesce(context) }
        } else if let heldQuiesce, !framing.isInsideHead {
            self.heldQuiesce = nil
            context.fireUserInboundEventTriggered(heldQuiesce)
        }
    }

    /// True when more than `BodyLimit.drained` octets of a request came after its answer; up to there they are thrown away.
    private func isDrainedEnough(_ octets: Int) -> Bool {
        drained = hasAnswered && framing.isInsideRequest ? drained + octets : 0
        return drained > BodyLimit.drained
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        hasAnswered = true
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        // Behind what is refused an answer of its own is to come.
        if isDone, !framing.isInsideRequest { quiesce(context) }
    }

    /// Until the peer's close_notify NIOSSL still delivers data: a request in it would be carried out, and could not be answered.
    ///
    /// Hummingbird closes its own side alone when the parser refused something, and waits for the peer: who stayed would keep the place.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input else { return context.close(mode: mode, promise: promise) }
        isDone = true
        facts.ends()
        context.close(mode: .all, promise: promise)
    }

    /// A request that was answered before its content was whole is owed nothing: the peer would take a second answer for that to its next request.
    private func refuse(_ failure: HTTPParserError, context: ChannelHandlerContext) {
        if facts.answers < requests { context.fireErrorCaught(failure) } else { context.close(promise: nil) }
    }

    /// Closes when the answer is written. Not before it has begun: the parser may refuse the request, and nobody would know of an answer to wait for.
    private func quiesce(_ context: ChannelHandlerContext) {
        guard !hasQuiesced else { return }
        hasQuiesced = true
        context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let quiesce = event as? ChannelShouldQuiesceEvent, framing.isInsideHead {
            heldQuiesce = quiesce
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Content is readable only after the handshake, so now the client certificate is known.
    private func begin(_ context: ChannelHandlerContext) {
        hasBegun = true
        socket.requestsBegan()
        guard isSecure else { return }
        do {
            facts.record(peerCertificateDER: try context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes())
        } catch {
            context.fireErrorCaught(error)
            socket.cut()
        }
    }

    /// Walks through what was read; cuts off what lies behind the last request of the connection, or is refused.
    private func follow(_ buffer: inout ByteBuffer, context: ChannelHandlerContext) -> HTTPParserError? {
        var index = buffer.readerIndex
        while index < buffer.writerIndex {
            let passed = index - buffer.readerIndex
            var (count, event) = unsafe buffer.withUnsafeReadableBytes { octets in
                unsafe framing.pass(UnsafeRawBufferPointer(rebasing: octets[passed...]))
            }
            if count == 0, let original = buffer.getInteger(at: index, as: UInt8.self) {
                var byte = original
                event = framing.take(&byte)
                if byte != original { buffer.setInteger(byte, at: index) }
                count = 1
            }
            if let failure = event?.failure {
                // The octet that is refused stays behind too: without it the parser completes nothing.
                buffer.moveWriterIndex(to: index)
                return failure
            }
            index += count
            if let event { handle(event, context: context) }
            if isDone { buffer.moveWriterIndex(to: index) }
        }
        return nil
    }

    private func handle(_ event: RequestFraming.Event, context: ChannelHandlerContext) {
        switch event {
        case .requestBegan:
            requests += 1
            hasAnswered = false
        case .headEnded:
            if framing.head.expectsContinue { answerExpectation(context) }
        case .requestEnded:
            facts.requestArrived(owesAnswer: !hasAnswered)
            deadline?.cancel()
            deadline = nil
            isDone = framing.head.closes || isSwallowing
        case .headTooLong, .malformed:
            break
        }
    }

    /// Not while an earlier answer is owed, for it could land inside that: whoever does not wait for answers need not wait for this either.
    private func answerExpectation(_ context: ChannelHandlerContext) {
        guard facts.answers == requests - 1 else { return }
        if case .length(let length) = framing.head.framing, length > UInt64(expectedBody) { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }
}

extension RequestFraming.Event {
    /// What the parser would say.
    fileprivate var failure: HTTPParserError? {
        switch self {
        case .headTooLong: .headerOverflow
        case .malformed: .unknown
        case .requestBegan, .headEnded, .requestEnded: nil
        }
    }
}
