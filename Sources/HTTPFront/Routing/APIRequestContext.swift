package import Hummingbird
package import NIOCore

/// What a route handler of the API knows beside the request itself.
package struct APIRequestContext: RequestContext {
    package typealias Source = RequestSource

    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    /// A lower-case UUID, in every answer and log line of the request.
    package let requestID: String
    package let connection: ConnectionFacts

    /// Made by the listener for every request.
    package init(source: RequestSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        requestID = source.requestID
        connection = source.connection
    }

    /// The peer's IP address as text; empty when the system does not tell.
    package var remoteAddress: String { connection.remoteAddress }

    /// DER of the client certificate whose key and chain the handshake has checked.
    package var peerCertificateDER: [UInt8]? { connection.peerCertificateDER }

    /// Octets that Hummingbird's own decoding would take.
    package var maxUploadSize: Int { BodyLimit.standard }

    /// Hummingbird's name for the request identifier.
    package var id: String { requestID }
}
