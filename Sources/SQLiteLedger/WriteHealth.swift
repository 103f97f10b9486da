import GRDB
import Ledger
import Synchronization

/// State of the ledger's writes: the alarm of a full, failing or locked ledger, reported once when it begins and once when it ends.
final class WriteHealth: Sendable {
    private struct State {
        var failure: LedgerError?
        /// A whole group was lost, not one write in it.
        var isWhole = false
        var quietProbes = 0
    }

    private let state = Mutex(State())
    private let report: @Sendable (LedgerError?) -> Void

    /// - Parameter report: called with the failure, and with nil once it is over.
    init(report: @escaping @Sendable (LedgerError?) -> Void = { _ in }) { self.report = report }

    /// The present failure of writes; nil when they succeed.
    var failure: LedgerError? { state.withLock { $0.failure } }
    /// The failure of the last whole group; nil when it was written.
    var standstill: LedgerError? { state.withLock { $0.isWhole ? $0.failure : nil } }

    /// Notes that a group was lost, or one write of a group for no fault of its caller.
    func failed(_ error: LedgerError, whole: Bool) {
        let begins = state.withLock { state in
            defer { state = State(failure: error, isWhole: whole || state.isWhole) }
            return state.failure == nil
        }
        if begins { report(error) }
    }

    /// Notes a commit that brought something to the disk.
    func committed() { clear { $0.isWhole } }

    /// Notes a probe that succeeded. One write that fails among many others is over when two probes in a row have seen no other.
    func probed() {
        clear { state in
            state.quietProbes += 1
            return state.quietProbes > 1
        }
    }

    private func clear(when isOver: (inout State) -> Bool) {
        let ends = state.withLock { state in
            guard state.failure != nil, isOver(&state) else { return false }
            state = State()
            return true
        }
        if ends { report(nil) }
    }
}

extension LedgerError {
    /// Runs database calls; throws the ledger's error for theirs.
    static func translating<Value>(_ work: () throws -> Value) throws(LedgerError) -> Value {
        do { return try work() } catch { throw LedgerError(error) }
    }

    /// The ledger's error for an error of a database call.
    init(_ error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self = Self(database: error)
        case is CancellationError: self = .unavailable("the caller gave up waiting")
        default: self = .corrupt(String(describing: error))
        }
    }

    /// A violated constraint is a broken invariant of ours (`corrupt`); one raised by a trigger means that another program stops writes.
    private init(database error: DatabaseError) {
        let text = error.message ?? String(describing: error.resultCode)
        switch error.resultCode {
        case .SQLITE_INTERRUPT: self = .unavailable("the caller gave up waiting")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .corrupt(text)
        case .SQLITE_CONSTRAINT where error.extendedResultCode != .SQLITE_CONSTRAINT_TRIGGER: self = .corrupt(text)
        default: self = .unavailable(text)
        }
    }
}
