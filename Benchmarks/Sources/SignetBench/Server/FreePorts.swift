import NIOCore
import NIOPosix

/// Ports of the loopback address that nobody uses.
enum FreePorts {
    /// Two different ones.
    static func pair() throws -> (api: Int, plain: Int) {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channels = try (0..<2).map { _ in try bootstrap.bind(host: "127.0.0.1", port: 0).wait() }
        let ports = channels.compactMap { $0.localAddress?.port }
        for channel in channels { try channel.close().wait() }
        guard ports.count == 2 else { throw BenchmarkFailure.unreadable("the port of a socket") }
        return (ports[0], ports[1])
    }
}
