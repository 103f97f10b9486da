@testable import HTTPFront
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct `What is read at once` {
    @Test func `is no more than the bound, however much a peer sends`() async throws {
        let reads = Reads()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try ConnectionSetup.boundReads(of: channel)
                    try channel.pipeline.syncOperations.addHandler(CountingHandler(reads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: try #require(server.localAddress?.port)).get()
        try await client.writeAndFlush(ByteBuffer(repeating: 0x41, count: 4 << 20))
        try await client.close()
        await reads.end()
        try await server.close()
        #expect(reads.total == 4 << 20)
        #expect(
            (1_024...ConnectionSetup.readAtOnce).contains(reads.largest), "\(reads.largest) octets before the handlers were told to work")
    }
}

/// How many octets came before each `channelReadComplete`.
private final class Reads: Sendable {
    private let state = Mutex((total: 0, current: 0, largest: 0))
    private let (ended, endOfReads) = AsyncStream<Void>.makeStream()

    var total: Int { state.withLock { $0.total } }
    var largest: Int { state.withLock { $0.largest } }

    func read(_ octets: Int) {
        state.withLock { state in
            state.total += octets
            state.current += octets
            state.largest = max(state.largest, state.current)
        }
    }

    func complete() { state.withLock { $0.current = 0 } }

    func finish() { endOfReads.finish() }

    /// Returns when the connection is over.
    func end() async { for await _ in ended {} }
}

private final class CountingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let reads: Reads

    init(_ reads: Reads) {
        self.reads = reads
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { reads.read(unwrapInboundIn(data).readableBytes) }

    func channelReadComplete(context: ChannelHandlerContext) { reads.complete() }

    func channelInactive(context: ChannelHandlerContext) { reads.finish() }
}
