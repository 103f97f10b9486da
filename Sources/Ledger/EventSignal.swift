import Synchronization

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
