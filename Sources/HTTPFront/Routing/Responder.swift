package import HummingbirdCore

/// Answers the requests of a listener.
package protocol Responder: Sendable {
    /// Throws only what ends the connection: octets that are not HTTP, or a peer that is gone.
    func respond(to request: Request, from source: RequestSource) async throws -> Response
}
