import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord? {
        let known = tokens.find(secretSHA256)
        if let token = known.token { return token }
        let token = try read { try $0.token(secretSHA256: secretSHA256) }
        if let token { tokens.keep(token, at: known.age) }
        return token
    }

    package func serialNumbers(
        profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int
    ) async throws(LedgerError) -> [SerialNumber] {
        try await scan { try SQLiteRows($0).serialNumbers(profiles: profiles, revokedOnly: revokedOnly, after: after, limit: limit) }
    }

    package func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: UnixTime
    ) async throws(LedgerError) -> LedgerPage<CertificateRecord, SerialNumber> {
        try await scan { db in try CertificateSearch(db: db, filter: filter, now: now).page(after: after, limit: limit) }
    }

    package func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> LedgerPage<AuditRow, Int64> {
        try await scan { db in try AuditSearch(db: db, filter: filter).page(before: before, limit: limit) }
    }

    package func openForks(now: UnixTime) async throws(LedgerError) -> [IdentityName] {
        try await scan { db in try SQLiteRows(db).openForks(at: now) }
    }

    package func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber? {
        try await scan { db in try SQLiteRows(db).firstUnrevoked(among: serialNumbers) }
    }
}
