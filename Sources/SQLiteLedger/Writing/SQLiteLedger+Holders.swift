import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func noteFork(
        presented: SerialNumber, current: SerialNumber, exclusive: Bool, audit: AuditEvent
    ) async throws(LedgerError) {
        try await committer.perform { group in
            try ForkTable(db: group.db).insert(
                presented: presented, current: current, exclusive: exclusive, seenAt: audit.timestamp / 1000)
            // One that a recovery lost has no row.
            let isKnown = try CertificateTable(db: group.db).find(presented) != nil
            let facts: [AuditFact.Value] = [
                (AuditFact.forkPresented, presented.description), (AuditFact.forkCurrent, current.description),
                (AuditFact.forkExclusive, String(exclusive)),
            ]
            try group.audit(audit, adding: isKnown ? facts : [])
        }
    }

    package func openForks(now: Int64) async throws(LedgerError) -> [IdentityName] {
        try await scan { db in try ForkTable(db: db).open(at: now) }
    }
}
