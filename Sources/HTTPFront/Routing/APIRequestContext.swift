import Logging

/// What a route handler of the API knows beside the request itself.
package struct APIRequestContext: Sendable {
    private let source: RequestSource
    /// The elements of the path that the route leaves open, by their names, still percent-encoded.
    package let parameters: [String: String]
    /// The route's path as it was written; nil for a request that no route takes.
    let route: String?

    init(_ source: RequestSource, route: String? = nil, parameters: [String: String] = [:]) {
        self.source = source
        self.route = route
        self.parameters = parameters
    }

    /// Without the request identifier.
    var logger: Logger { source.logger }

    /// A lower-case UUID, in every answer and log line of the request.
    package var requestID: String { source.requestID }

    /// The peer's IP address as text; empty when the system does not tell.
    package var remoteAddress: String { source.connection.remoteAddress }

    /// DER of the client certificate whose key and chain the handshake has checked.
    package var peerCertificateDER: [UInt8]? { source.connection.peerCertificateDER }
}
