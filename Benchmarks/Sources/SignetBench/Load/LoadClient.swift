import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The asking side: one thread, so that the server keeps the rest of the machine.
struct LoadClient: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var loop: any EventLoop { group.next() }

    /// Ends the thread.
    func close() throws { try group.syncShutdownGracefully() }

    /// Asks once over a connection of its own.
    func ask(_ request: APIRequest, port: Int, tls: NIOSSLContext?) throws -> Answer {
        try single(request, port: port, tls: tls).wait()
    }

    /// Runs a load to its end.
    /// - Parameter around: called right before the clock runs and right after the last answer.
    func run(_ load: Load, around: (() throws -> Void)) throws -> LoadLedger.Notes {
        let ledger = LoadLedger(load)
        switch load.style {
        case .keepAlive: try runKeepAlive(load, ledger, around)
        case .connectionEach: try runConnectionEach(load, ledger, around)
        }
        return ledger.collected()
    }

    private func runKeepAlive(_ load: Load, _ ledger: LoadLedger, _ around: () throws -> Void) throws {
        let interval = load.requestsPerSecond.map { Int64(Double(load.lanes) / $0 * 1e9) }
        let ready = (0..<load.lanes).map { _ in loop.makePromise(of: Void.self) }
        let finished = (0..<load.lanes).map { _ in loop.makePromise(of: Void.self) }
        let channels = (0..<load.lanes).map { lane in
            connect(port: load.port, tls: load.tls(lane)) {
                KeepAliveLane(lane: lane, ledger: ledger, interval: interval, ready: ready[lane], finished: finished[lane])
            }
        }
        for lane in 0..<load.lanes { channels[lane].cascadeFailure(to: ready[lane]) }
        do {
            try EventLoopFuture.andAllSucceed(ready.map(\.futureResult), on: loop).wait()
        } catch {
            for promise in finished { promise.succeed() }
            throw error
        }
        try around()
        ledger.begin()
        let active = min(load.active ?? load.lanes, load.lanes)
        for lane in active..<load.lanes {
            finished[lane - active].futureResult.whenComplete { _ in channels[lane].whenSuccess(Self.begin) }
        }
        for channel in channels.prefix(active) { channel.whenSuccess(Self.begin) }
        try EventLoopFuture.andAllSucceed(finished.map(\.futureResult), on: loop).wait()
        try around()
        try EventLoopFuture.andAllComplete(channels.map { $0.flatMap { $0.close() } }, on: loop).wait()
    }

    private static func begin(_ channel: any Channel) { channel.pipeline.fireUserInboundEventTriggered(Begin()) }

    private func runConnectionEach(_ load: Load, _ ledger: LoadLedger, _ around: () throws -> Void) throws {
        try around()
        ledger.begin()
        let lanes = (0..<load.lanes).map { lane in loop.flatSubmit { self.next(lane: lane, load, ledger) } }
        try EventLoopFuture.andAllComplete(lanes, on: loop).wait()
        try around()
    }

    private func next(lane: Int, _ load: Load, _ ledger: LoadLedger) -> EventLoopFuture<Void> {
        guard let request = ledger.next(lane: lane) else { return loop.makeSucceededVoidFuture() }
        let due = NIODeadline.now()
        return single(request, port: load.port, tls: load.tls(lane))
            .recover { Answer(status: 0, body: ByteBuffer(), failure: "\($0)") }
            .flatMap { answer in
                ledger.note(answer, due: due)
                return next(lane: lane, load, ledger)
            }
    }

    private func single(_ request: APIRequest, port: Int, tls: NIOSSLContext?) -> EventLoopFuture<Answer> {
        let answered = loop.makePromise(of: Answer.self)
        connect(port: port, tls: tls) { SingleExchange(request, answered: answered) }.cascadeFailure(to: answered)
        return answered.futureResult
    }

    private func connect(
        port: Int, tls: NIOSSLContext?, lane: @escaping @Sendable () -> some ChannelInboundHandler
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(5))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost")) }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ExchangeHandler())
                    try pipeline.addHandler(lane())
                }
            }
            .connect(host: "127.0.0.1", port: port)
    }
}
