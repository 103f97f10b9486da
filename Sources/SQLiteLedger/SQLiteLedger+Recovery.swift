import GRDB
package import Ledger
package import PKI

extension SQLiteLedger {
    package func recover(_ order: RecoveryOrder) async throws(LedgerError) -> RecoveryReport {
        let report = try await committer.perform { try RecoveryTransaction(group: $0, order: order).run() }
        tokens.forget()
        return report
    }

    package func adopt(_ adoption: Adoption, now: Int64) async throws(LedgerError) -> CertificateRecord {
        try await committer.perform { group in
            guard adoption.certificate.notAfter >= now else { throw LedgerError.presentedExpired(adoption.certificate.serialNumber) }
            return try AdoptionTransaction(group: group, adoption: adoption, now: now).run()
        }
    }

    package func wasRecovered() async throws(LedgerError) -> Bool {
        try read { db in try RecoveryTable(db: db).hasAny() }
    }

    package func lastRecovery() async throws(LedgerError) -> Int64? {
        try read { db in try RecoveryTable(db: db).newest() }
    }

    package func publicationState(issuer: String) async throws(LedgerError) -> PublicationState {
        try read { db in try CRLTable(db: db).state(issuer: issuer) }
    }

    package func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber? {
        try await scan { db in try ForgottenRevocations(db: db).firstUnrevoked(among: serialNumbers) }
    }
}
