import NIOSSL

/// A load: who asks what, how fast, how long.
struct Load: Sendable {
    /// How connections are used.
    enum Style: String, Sendable, Codable {
        /// Opened before the clock runs, used for the whole load.
        case keepAlive = "keep-alive"
        /// A connection for each request, with a full handshake.
        case connectionEach = "new connection"
    }

    let port: Int
    var style = Style.keepAlive
    /// Lanes that ask at the same time, each with a connection of its own.
    var lanes = 1
    /// Lanes with an open connection that ask at the same time: the next one begins when one has no more requests; nil for all of them.
    var active: Int?
    /// Longest duration in seconds; the requests may run out before.
    var seconds: Double
    /// All lanes together; nil for as fast as answers come.
    var requestsPerSecond: Double?
    /// The code of the refusal that is a success; nil where answers are to be good.
    var refusal: String?
    /// Keep the bodies of the answers.
    var keepsBodies = false
    /// The TLS context of a lane; nil for plain HTTP.
    let tls: @Sendable (_ lane: Int) -> NIOSSLContext?
    /// The request with this index, asked by this lane; nil when there are no more.
    let request: @Sendable (_ index: Int, _ lane: Int) -> APIRequest?
}
