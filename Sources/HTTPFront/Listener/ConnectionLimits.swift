/// What one connection, and all of them together, may take from a listener.
package struct ConnectionLimits: Sendable {
    /// Simultaneous connections. Near the bound those make room that have kept us waiting longest; when none can, new ones wait in the
    /// system's queue. Up to 15 more may be accepted at a time.
    package var connections = 10_000
    /// From accepting a connection to the first byte of its first request, so it covers the TLS handshake.
    package var firstByte: Duration = .seconds(10)
    /// From the first byte of a request to its last, so a client that trickles holds nothing for long.
    package var request: Duration = .seconds(30)
    /// Silence between requests.
    package var idle: Duration = .seconds(60)
    /// How long a client may take nothing of an answer that waits for it.
    package var stalledWrite: Duration = .seconds(20)
    /// Octets of answers that the system keeps for a client that does not read: the kernel doubles it for its own account, and would go up to
    /// 4 MiB by itself. What has no room there keeps the connection's next request waiting.
    package var unread = 128 << 10
    /// Octets of request line and header fields together, and of trailer fields.
    package var head = 16 * 1024
    /// Octets of bodies, of all connections together, beyond the first 16 KiB of each.
    package var bodies = 64 << 20
    /// Octets of a body that `Expect: 100-continue` is answered for; a larger one is refused before it is sent.
    package var expectedBody = BodyLimit.standard

    /// The limits a server runs with.
    package init() {}
}
