import NIOCore
import NIOHTTP1

/// Tells a lane that the clock runs.
struct Begin: Sendable {}

/// A lane with one connection: one request that is not counted, to have the handshake over; then, once told to begin, one after another.
final class KeepAliveLane: ChannelInboundHandler {
    typealias InboundIn = Answer
    typealias OutboundOut = APIRequest

    /// A request that costs the server nothing to answer.
    static let warmUp = APIRequest(.GET, "/v1/sys/init")

    private let lane: Int
    private let ledger: LoadLedger
    /// Time between two requests of this lane, in nanoseconds; nil for as fast as answers come.
    private let interval: Int64?
    private let ready: EventLoopPromise<Void>
    private let finished: EventLoopPromise<Void>
    private var isWarm = false
    private var due = NIODeadline.now()

    init(lane: Int, ledger: LoadLedger, interval: Int64?, ready: EventLoopPromise<Void>, finished: EventLoopPromise<Void>) {
        self.lane = lane
        self.ledger = ledger
        self.interval = interval
        self.ready = ready
        self.finished = finished
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(Self.warmUp), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Begin else { return context.fireUserInboundEventTriggered(event) }
        // Lanes that are paced start spread over the first interval.
        due = .now() + .nanoseconds((interval ?? 0) * Int64(lane % 32) / 32)
        askWhenDue(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = unwrapInboundIn(data)
        guard isWarm else {
            isWarm = true
            // Any answer will do, also that there is no such path: the connection is open.
            return answer.status > 0 ? ready.succeed() : ready.fail(BenchmarkFailure.noAnswer(answer.complaint))
        }
        ledger.note(answer, due: due)
        guard answer.status > 0 else { return finished.succeed() }
        due = interval.map { due + .nanoseconds($0) } ?? .now()
        askWhenDue(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ready.fail(BenchmarkFailure.noAnswer("the server closed the connection"))
        finished.succeed()
    }

    private func askWhenDue(_ context: ChannelHandlerContext) {
        guard due > .now() else { return ask(context) }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: due) {
            let (lane, context) = handler.value
            lane.ask(context)
        }
    }

    private func ask(_ context: ChannelHandlerContext) {
        guard let request = ledger.next(lane: lane) else { return finished.succeed() }
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }
}
