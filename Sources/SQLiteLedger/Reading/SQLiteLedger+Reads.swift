import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord? {
        let known = tokens.find(secretSHA256)
        if let token = known.token { return token }
        let token = try read { db in try TokenTable(db: db).find(secretSHA256: secretSHA256) }
        if let token { tokens.keep(token, at: known.age) }
        return token
    }

    package func token(accessor: String) async throws(LedgerError) -> TokenRecord? {
        try read { db in try TokenTable(db: db).find(accessor: accessor) }
    }

    package func certificate(_ serialNumber: SerialNumber) async throws(LedgerError) -> CertificateRecord? {
        try read { db in try CertificateTable(db: db).find(serialNumber)?.record }
    }

    package func identity(_ name: IdentityName) async throws(LedgerError) -> IdentityRecord? {
        try read { db in try IdentityTable(db: db).find(name)?.record }
    }

    package func serialNumbers(
        profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int
    ) async throws(LedgerError) -> [SerialNumber] {
        try await scan { db in
            try CertificateTable(db: db).serialNumbers(profiles: profiles, revokedOnly: revokedOnly, after: after, limit: limit)
        }
    }

    package func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: Int64
    ) async throws(LedgerError) -> LedgerPage<CertificateRecord, SerialNumber> {
        try await scan { db in
            try CertificateSearch(db: db, filter: filter, now: now).page(after: after, limit: limit)
        }
    }

    package func auditRows(
        _ filter: AuditFilter, before: Int64?, limit: Int
    ) async throws(LedgerError) -> LedgerPage<AuditRow, Int64> {
        try await scan { db in try AuditSearch(db: db, filter: filter).page(before: before, limit: limit) }
    }

    package func auditHead() async throws(LedgerError) -> AuditHead {
        try read { db in try AuditTable(db: db).head() }
    }

    package func lastSequence(issuer: String, inCRL number: Int64) async throws(LedgerError) -> Int64 {
        try read { db in try RevocationTable(db: db).lastSequence(issuer: issuer, inCRL: number) }
    }

    package func revocationCount(issuer: String, through sequence: Int64) async throws(LedgerError) -> Int {
        try read { db in try RevocationTable(db: db).count(issuer: issuer, through: sequence) }
    }

    package func revokedEntries(issuer: String, after sequence: Int64, limit: Int) async throws(LedgerError) -> [RevokedEntry] {
        try read { db in
            try RevocationTable(db: db).entries(issuer: issuer, after: sequence, through: .max, limit: max(0, limit))
        }
    }

    package func hasPendingRevocations(issuer: String) async throws(LedgerError) -> Bool {
        try read { db in try CRLTable(db: db).hasPending(issuer: issuer) }
    }

    package func lastPublication(issuer: String) async throws(LedgerError) -> CRLRecord? {
        try read { db in try CRLTable(db: db).last(issuer: issuer) }
    }

    package func counts() async throws(LedgerError) -> LedgerCounts {
        try read { db in try CounterTable(db: db).counts() }
    }
}
