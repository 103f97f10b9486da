/// What a listener would otherwise take from the world by itself.
package struct ListenerEnvironment: Sendable {
    /// Seconds since 1970, for the `Date` header field.
    package let now: @Sendable () -> Int64
    /// A fresh lower-case UUID for every request.
    package let makeRequestID: @Sendable () -> String

    /// Gathers the parts.
    package init(now: @escaping @Sendable () -> Int64, makeRequestID: @escaping @Sendable () -> String) {
        self.now = now
        self.makeRequestID = makeRequestID
    }
}
