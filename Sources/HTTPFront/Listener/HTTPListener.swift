import Glibc
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// One listening socket as a service: HTTP/1.1, over TLS if it is given an identity; graceful shutdown lets requests in flight finish.
package struct HTTPListener: Service {
    private let address: ListenAddress
    private let setup: ConnectionSetup
    private let connections: OpenConnections
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int) async -> Void

    /// Binds only when run; `onBound` is told the port, which matters when the address asked for port 0.
    package init(
        address: ListenAddress, tls: ServerTLS?, limits: ConnectionLimits = ConnectionLimits(), responder: some Responder,
        environment: ListenerEnvironment, logger: Logger, onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.address = address
        connections = OpenConnections(most: limits.connections)
        self.logger = logger
        self.onBound = onBound
        let exchange = Exchange(responder: responder, environment: environment, logger: logger)
        setup = ConnectionSetup(
            tls: tls, limits: limits, connections: connections, bodies: BodyBudget(limit: limits.bodies), exchange: exchange)
    }

    /// Serves until graceful shutdown or cancellation.
    package func run() async throws {
        let server = Server(
            childChannelSetup: setup,
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024,
                availableConnectionsDelegate: connections.counter()),
            onServerRunning: { [address, onBound] channel in await onBound(channel.localAddress?.port ?? address.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
        do {
            try await server.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            // A server that runs reports nothing here any more: what is thrown comes from binding.
            let system = (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) }
            throw ListenFailure(address: address, reason: system ?? "\(error)")
        }
    }
}
