import HTTPFront
package import Logging
package import PKI
import PublicServer
import ServiceLifecycle

/// Serves the output directory under the paths of a CA's public listener, so that it can be another publisher's source, or a broker's.
package struct DirectoryService: Service {
    private let address: String
    private let directory: String
    private let environment: ListenerEnvironment
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - address: `HOST:PORT`; with port 0 `onBound` tells the port.
    ///   - now: the calendar.
    ///   - makeRequestID: a fresh lower-case UUID.
    package init(
        address: String, directory: String, now: @escaping @Sendable () -> UnixTime, logger: Logger,
        makeRequestID: @escaping @Sendable () -> String,
        onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.directory = directory
        self.logger = logger
        self.onBound = onBound
        environment = ListenerEnvironment(now: now, makeRequestID: makeRequestID)
    }

    /// Ends at graceful shutdown, after the requests in flight.
    package func run() async throws {
        let listener = makeRevocationListener(
            address: try ListenAddress(address), directory: directory, environment: environment, logger: logger, onBound: onBound)
        try await listener.run()
    }
}
