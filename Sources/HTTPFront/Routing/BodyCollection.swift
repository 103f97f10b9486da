import HTTPTypes
import HummingbirdCore
package import NIOCore

/// How much of a request's body is taken.
package enum BodyLimit {
    /// Octets an endpoint takes unless its group says otherwise.
    package static let standard = 256 * 1024
    /// Octets read and thrown away before a refusal: many clients read an answer only after they have sent everything, and on a connection
    /// that is to close nobody would take the rest afterwards.
    package static let drained = 16 * 1024 * 1024
}

extension Request {
    /// The whole body, within the bound of the route's group; throws `APIFailure.contentTooLarge` for a larger one, after draining it within
    /// reason, and `APIFailure.tooManyBodies` when others send too much at the time.
    package func collectBody(for context: APIRequestContext) async throws -> ByteBuffer {
        let limit = context.bodyLimit
        if let declared = headers.value(of: .contentLength).flatMap({ Int($0) }), declared > limit,
            declared > BodyLimit.drained || headers[.expect] != nil
        {
            throw APIFailure.contentTooLarge(limit: limit)
        }
        var collected = ByteBuffer()
        var octets = 0
        var hasRoom = true
        for try await var part in body {
            octets += part.readableBytes
            if octets > BodyLimit.drained { break }
            guard hasRoom else { continue }
            hasRoom = octets <= limit && context.holdBody(octets: octets)
            if hasRoom {
                collected.writeBuffer(&part)
            } else {
                // What is refused is not kept while the rest of it comes.
                collected = ByteBuffer()
                context.releaseBody()
            }
        }
        if octets > limit { throw APIFailure.contentTooLarge(limit: limit) }
        if !hasRoom { throw APIFailure.tooManyBodies }
        return collected
    }
}
