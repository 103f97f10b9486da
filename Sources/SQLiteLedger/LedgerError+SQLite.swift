import GRDB
import Ledger

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
