import Hummingbird
package import Logging
package import NIOCore

/// What a request context is made from: the connection and what the listener adds to each request.
package struct RequestSource: RequestContextSource, InitializableFromSource {
    /// Without the request identifier: a logger of its own for each request costs more than the few that write a line.
    package let logger: Logger
    package let channel: any Channel
    package let connection: ConnectionFacts
    /// A lower-case UUID, in the answer and in the log.
    package let requestID: String

    /// Gathers the parts.
    package init(logger: Logger, channel: any Channel, connection: ConnectionFacts, requestID: String) {
        self.logger = logger
        self.channel = channel
        self.connection = connection
        self.requestID = requestID
    }

    /// A responder that needs no more than this takes the source itself as its context.
    package init(source: RequestSource) {
        self = source
    }
}
