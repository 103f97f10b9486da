import GRDB
package import Ledger

extension SQLiteLedger {
    /// Looks through the whole ledger, beside a running server too, and names the first fault; nil when there is none.
    ///
    /// Rows are streamed: memory does not grow with the ledger.
    /// - Parameter expected: the head of the audit log that the last publication names, which shows a log cut off at its end.
    package func verify(expecting expected: AuditHead?) async throws(LedgerError) -> LedgerFault? {
        do {
            return try await scan { db in
                if let fault = try StructureCheck(db: db).fileFault() { return fault }
                if let fault = try AuditCheck(db: db, expected: expected).firstFault() { return fault }
                return try StructureCheck(db: db).recordFault()
            }
        } catch .corrupt(let text) {
            return .fileDamaged(text)
        }
    }
}
