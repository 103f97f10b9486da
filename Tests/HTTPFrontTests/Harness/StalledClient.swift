import NIOCore
import NIOPosix

/// A client that asks for something, reads once, and then takes no more of the answer.
struct StalledClient {
    let channel: any Channel
    /// Succeeds when some of the answer has come.
    let firstOctets: EventLoopFuture<Void>

    init(port: Int, request: String) async throws {
        let arrival = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirstReadHandler(arrival))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        firstOctets = arrival.futureResult
        // Not waited for: of many requests the server may not take the last.
        channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
        channel.read()
    }
}

private final class FirstReadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrival: EventLoopPromise<Void>

    init(_ arrival: EventLoopPromise<Void>) {
        self.arrival = arrival
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrival.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        arrival.fail(ChannelError.eof)
    }
}
