import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    /// Looks through the whole ledger, beside a running server too, and names the first fault; nil when there is none.
    ///
    /// Rows are streamed: memory does not grow with the ledger.
    /// - Parameters:
    ///   - expected: the head of the audit log that the last publication names, which shows a log cut off at its end.
    ///   - now: nil: that of the newest row.
    package func verify(expecting expected: AuditHead?, now: UnixTime? = nil) async throws(LedgerError) -> LedgerFault? {
        do {
            return try await scan { db in try Self.firstFault(in: db, expecting: expected, now: now) }
        } catch .corrupt(let text) {
            return .fileDamaged(text)
        }
    }

    static func firstFault(in db: Database, expecting expected: AuditHead?, now: UnixTime?) throws -> LedgerFault? {
        if let fault = try SchemaCheck(db: db).fault() { return fault }
        if let fault = try StructureCheck(db: db).fileFault() { return fault }
        // Without a name it is a file that goes when it is closed, and in memory while it is small.
        let fault = try DatabaseQueue(path: "").inDatabase { scratch in
            try AuditCheck(db: db, expected: expected, now: now, scratch: scratch).firstFault()
        }
        if let fault { return fault }
        return try StructureCheck(db: db).recordFault()
    }
}
