import Foundation
import NIOCore
import Synchronization

/// Publishes lists on a thread of its own while something else is measured, with a rest after each.
final class RevokingBeside: Sendable {
    private struct State {
        var isStopped = false
        var isFinished = false
        var intervals: [ClosedRange<NIODeadline>] = []
        var failure: (any Error)?
    }

    private let revoker: Revoker
    private let serials: [String]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - revoker: with a client that nobody else uses; it is closed at the end.
    ///   - serials: of certificates to revoke; when they run out, nothing more is published.
    init(revoker: Revoker, serials: [String]) {
        self.revoker = revoker
        self.serials = serials
    }

    /// Begins.
    func start() { Thread.detachNewThread { self.run() } }

    /// Ends after the publication that is under way; answers when lists were being made.
    func stop() throws -> [ClosedRange<NIODeadline>] {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.isFinished }) { usleep(1000) }
        try revoker.client.close()
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.intervals
        }
    }

    private func run() {
        do {
            for serial in serials where !state.withLock({ $0.isStopped }) {
                let begin = NIODeadline.now()
                _ = try revoker.revoke(serial)
                state.withLock { $0.intervals.append(begin...NIODeadline.now()) }
                usleep(300_000)
            }
        } catch {
            state.withLock { $0.failure = error }
        }
        state.withLock { $0.isFinished = true }
    }
}
