package import Ledger

/// Somebody who must hear of the ledger's events.
package protocol OutboxReceiver: Sendable {
    /// Under this name the ledger keeps how far it has come: never changed, and without blanks.
    var name: String { get }
    /// Returns once the receiver has these events, which follow those of the call before. Throws when it does not have all of them: then they come
    /// again, perhaps with further ones. Those that it had may come again after a restart, too, so that a receiver must take an event twice. Ends soon
    /// when its task is cancelled.
    func deliver(_ events: [OutboxEvent]) async throws
}
