import NIOCore

/// A connection that asks once and closes.
final class SingleExchange: ChannelInboundHandler {
    typealias InboundIn = Answer
    typealias OutboundOut = APIRequest

    private let request: APIRequest
    private let answered: EventLoopPromise<Answer>

    init(_ request: APIRequest, answered: EventLoopPromise<Answer>) {
        self.request = request
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answered.succeed(unwrapInboundIn(data))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answered.fail(BenchmarkFailure.noAnswer("the server closed the connection"))
    }
}
