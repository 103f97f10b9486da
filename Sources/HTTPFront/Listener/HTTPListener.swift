import Glibc
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import PKI
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

/// The system's bound on a process's open files (`ulimit -n`, `LimitNOFILE=`): each connection is one.
package enum OpenFileLimit {
    /// Kept for everything that is no connection: the ledger, its readers, published files, event loops.
    private static let reserve = 256

    /// Raises the soft bound as far as is needed and the hard one allows.
    /// - Parameters:
    ///   - wanted: connections that each listener may have.
    ///   - listeners: how many there are.
    /// - Returns: connections that each listener can have, at most `wanted`.
    package static func connections(wanted: Int, listeners: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        let needed = rlim_t(wanted * listeners + reserve)
        if limit.rlim_cur < needed, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(needed, limit.rlim_max)
            guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        }
        return connections(wanted: wanted, listeners: listeners, files: Int(clamping: limit.rlim_cur))
    }

    /// The same for a known bound of open files.
    static func connections(wanted: Int, listeners: Int, files: Int) -> Int {
        max(1, min(wanted, (files - reserve) / listeners))
    }
}

/// Where a listener binds: `HOST:PORT`, with IPv6 addresses in brackets; port 0 lets the system choose.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address without brackets.
    package let host: String
    package let port: Int

    /// - Parameter host: a name or an address, without brackets.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `127.0.0.1:8443`, `localhost:0` or `[::1]:8443`.
    package init(_ text: String) throws(InvalidListenAddress) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw InvalidListenAddress(text: text)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw InvalidListenAddress(text: text)
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "[" && $0 != "]" }) else {
            throw InvalidListenAddress(text: text)
        }
        self.host = String(host)
        self.port = Int(port)
    }

    /// The form that the initializer parses.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A listen address that cannot be read.
package struct InvalidListenAddress: Explained, Hashable, Sendable {
    package let text: String

    /// What is wrong.
    package var summary: String { "\"\(text)\" is not an address to listen on" }
    /// What to do about it.
    package var remedy: String { "write HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443" }
}

/// A listener that could not bind.
package struct ListenFailure: Explained, Sendable {
    package let address: ListenAddress
    /// The system's own words.
    package let reason: String

    /// What is wrong.
    package var summary: String { "cannot listen on \(address): \(reason)" }
    /// What to do about it.
    package var remedy: String { "stop the program that uses the address, or choose another one" }
}
