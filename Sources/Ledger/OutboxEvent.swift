package import PKI
import Synchronization

/// A change that others must hear of, written in the transaction that made it.
package struct OutboxEvent: Sendable, Equatable {
    /// Rises by one from event to event; none is used twice.
    package var id: Int64
    /// Seconds since 1970.
    package var date: UnixTime
    package var content: Content

    /// The change.
    package enum Content: Sendable, Equatable {
        /// A certificate was revoked; its identity is nil when a recovery brought the revocation back, and the ledger lacks the certificate.
        case revocation(SerialNumber, issuer: String, identity: IdentityName?)
        case suspension(IdentityName)
    }

    package init(id: Int64, date: UnixTime, content: Content) {
        self.id = id
        self.date = date
        self.content = content
    }

    /// The issuer whose CRL changes; nil when none does.
    package var issuer: String? {
        switch content {
        case .revocation(_, let issuer, _): issuer
        case .suspension: nil
        }
    }
}

/// The row that an event is about.
package struct EventSubject: Sendable, Equatable {
    /// The kinds of event, as the column `kind` names them.
    package enum Kind: String, Sendable {
        case revocation, suspension
    }

    package let kind: Kind
    /// The revocation's sequence, or the id of the suspended identity.
    package let row: Int64

    package init(_ kind: Kind, row: Int64) {
        self.kind = kind
        self.row = row
    }
}

/// Wakes whoever in this process waits for events.
package final class EventSignal: Sendable {
    private let listeners = Mutex<(last: Int, continuations: [Int: AsyncStream<Void>.Continuation])>((0, [:]))

    package init() {}

    /// A stream that yields after each signal from now on; signals that come before it is read are one.
    package func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = listeners.withLock { listeners in
            listeners.last += 1
            listeners.continuations[listeners.last] = continuation
            return listeners.last
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    /// Tells every stream that events were written. Called once they are durable.
    package func signal() {
        for continuation in listeners.withLock({ Array($0.continuations.values) }) { continuation.yield() }
    }

    private func remove(_ number: Int) { listeners.withLock { $0.continuations[number] = nil } }
}
