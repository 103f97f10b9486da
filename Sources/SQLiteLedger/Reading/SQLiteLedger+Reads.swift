import Foundation
import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord? {
        let known = tokens.find(secretSHA256)
        if let token = known.token { return token }
        let token = try await read { db in try TokenTable(db: db).find(secretSHA256: secretSHA256) }
        if let token { tokens.keep(token, at: known.age) }
        return token
    }

    package func certificate(_ serialNumber: SerialNumber) async throws(LedgerError) -> CertificateRecord? {
        try await read { db in try CertificateTable(db: db).find(serialNumber)?.record }
    }

    package func revocation(of serialNumber: SerialNumber) async throws(LedgerError) -> Revocation? {
        try await read { db in try RevocationTable(db: db).find(serialNumber) }
    }

    package func identity(_ name: IdentityName) async throws(LedgerError) -> IdentityRecord? {
        try await read { db in try IdentityTable(db: db).find(name)?.record }
    }

    package func serialNumbers(revokedOnly: Bool, after: SerialNumber?, limit: Int) async throws(LedgerError) -> [SerialNumber] {
        try await scan { db in
            let first = try after.map { try CertificateTable(db: db).id(of: $0) } ?? 0
            let sql =
                revokedOnly
                ? """
                SELECT c.serial FROM revocation r JOIN certificate c ON c.id = r.certificate_id
                WHERE r.certificate_id > ? ORDER BY r.certificate_id LIMIT ?
                """
                : "SELECT serial FROM certificate WHERE id > ? ORDER BY id LIMIT ?"
            let serials = try Data.fetchAll(try db.cachedStatement(sql: sql), arguments: [first, max(0, limit)])
            return try serials.map { try SerialNumber(octets: $0) }
        }
    }

    package func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: Int64
    ) async throws(LedgerError) -> [CertificateRecord] {
        try await scan { db in
            try CertificateSearch(db: db, filter: filter, now: now).page(after: after, limit: limit)
        }
    }

    package func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> [AuditRow] {
        try await scan { db in try AuditTable(db: db).rows(filter, before: before, limit: limit) }
    }

    package func auditHead() async throws(LedgerError) -> AuditHead {
        try await read { db in try AuditTable(db: db).head() }
    }

    package func hasPendingRevocations(issuer: String) async throws(LedgerError) -> Bool {
        try await read { db in try CRLTable(db: db).hasPending(issuer: issuer) }
    }

    package func lastPublication(issuer: String) async throws(LedgerError) -> CRLRecord? {
        try await read { db in try CRLTable(db: db).last(issuer: issuer) }
    }

    package func counts() async throws(LedgerError) -> LedgerCounts {
        try await read { db in try CounterTable(db: db).counts() }
    }
}
