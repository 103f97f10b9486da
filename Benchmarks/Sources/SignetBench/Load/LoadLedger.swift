import NIOCore
import Synchronization

/// Hands out the requests of one load and notes what became of them.
final class LoadLedger: Sendable {
    /// What is noted while the load runs.
    struct Notes: Sendable {
        /// Nanoseconds from the moment a request was due to the end of its answer; of successes only.
        var latencies: [Int64] = []
        /// When each of them was due.
        var dues: [NIODeadline] = []
        var bodies: [ByteBuffer] = []
        var failures = 0
        var firstFailure: String?
        /// Number of the next request.
        var next = 0
        var deadline = NIODeadline.distantFuture
    }

    private let load: Load
    private let notes = Mutex(Notes())

    init(_ load: Load) {
        self.load = load
        notes.withLock { notes in
            notes.latencies.reserveCapacity(65_536)
            notes.dues.reserveCapacity(65_536)
        }
    }

    /// The load's time runs from now.
    func begin() {
        notes.withLock { $0.deadline = .now() + .nanoseconds(Int64(load.seconds * 1e9)) }
    }

    /// The next request of a lane; nil when the load is over.
    func next(lane: Int) -> APIRequest? {
        let index: Int? = notes.withLock { notes in
            guard NIODeadline.now() < notes.deadline else { return nil }
            defer { notes.next += 1 }
            return notes.next
        }
        return index.flatMap { load.request($0, lane) }
    }

    /// Notes an answer to a request that was due at a time.
    func note(_ answer: Answer, due: NIODeadline) {
        let latency = (NIODeadline.now() - due).nanoseconds
        notes.withLock { notes in
            if load.refusal.map(answer.isRefusal) ?? answer.isSuccess {
                notes.latencies.append(latency)
                notes.dues.append(due)
                if load.keepsBodies { notes.bodies.append(answer.body) }
            } else {
                notes.failures += 1
                notes.firstFailure = notes.firstFailure ?? answer.complaint
            }
        }
    }

    /// What was noted so far.
    func collected() -> Notes { notes.withLock { $0 } }
}
