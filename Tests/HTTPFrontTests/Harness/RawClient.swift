import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A client that sends octets as they are, over TCP or TLS, and hands back what comes.
final class RawClient {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var reader: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received = ""

    private init(
        channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, writer: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        reader: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.channel = channel
        self.writer = writer
        self.reader = reader
    }

    /// Connects, runs `body` and closes.
    @discardableResult
    static func connected<Result>(
        port: Int, tls: TLSConfiguration? = nil, record: Recorder? = nil, body: (RawClient) async throws -> Result
    ) async throws -> Result {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let record { try channel.pipeline.syncOperations.addHandler(RecordingHandler(record)) }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(channel: channel, writer: outbound, reader: inbound.makeAsyncIterator()))
        }
    }

    func send(_ text: String) async throws {
        try await writer.write(ByteBuffer(string: text))
    }

    /// Reads until `text` has come `count` times since the last call, and returns everything up to the end of what was read.
    func read(until text: String, count: Int = 1) async throws -> String {
        while received.split(separator: text, omittingEmptySubsequences: false).count <= count {
            guard let part = try await reader.next() else { break }
            received += String(buffer: part)
        }
        defer { received = "" }
        return received
    }

    /// Reads until the server closes.
    func readToEnd() async throws -> String {
        do {
            while let part = try await reader.next() { received += String(buffer: part) }
        } catch let error as IOError where error.errnoCode == 104 {
            // A reset is an end as well.
        } catch NIOSSLError.uncleanShutdown {
            // The server cut the socket below TLS.
        }
        defer { received = "" }
        return received
    }

    /// The certificate the server showed.
    func serverCertificate() async throws -> [UInt8]? {
        try await channel.channel.nioSSL_peerCertificate().get()?.toDERBytes()
    }
}

/// Octets as they came from the network.
final class Recorder: Sendable {
    private let octets = Mutex<[UInt8]>([])

    var bytes: [UInt8] { octets.withLock { $0 } }

    func append(_ buffer: ByteBuffer) {
        octets.withLock { $0.append(contentsOf: buffer.readableBytesView) }
    }
}

private final class RecordingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let recorder: Recorder

    init(_ recorder: Recorder) {
        self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        recorder.append(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}
