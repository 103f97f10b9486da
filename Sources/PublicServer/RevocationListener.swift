package import HTTPFront
package import Logging
package import PKI
package import ServiceLifecycle

/// Answers with the files below `directory`, by the table of paths of the public listener.
package func publishedResponder(
    directory: String, now: @escaping @Sendable () -> UnixTime
) -> some Responder {
    PublishedResponder(directory: directory, now: now)
}

/// The public listener: plain HTTP for CRLs and issuer certificates, which are signed and public.
///
/// With port 0, `onBound` tells the port that the system chose.
package func makeRevocationListener(
    address: ListenAddress, directory: String, environment: ListenerEnvironment, limits: ConnectionLimits = ConnectionLimits(),
    logger: Logger, onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some Service {
    HTTPListener(
        address: address, tls: nil, limits: limits,
        responder: publishedResponder(directory: directory, now: environment.now),
        environment: environment, logger: logger, onBound: onBound)
}
