package import Logging

/// Where a request comes from: its connection and what the listener adds to each request.
package struct RequestSource: Sendable {
    /// Without the request identifier: a logger of its own for each request costs more than the few that write a line.
    package let logger: Logger
    package let connection: ConnectionFacts
    /// A lower-case UUID, in the answer and in the log.
    package let requestID: String
}
