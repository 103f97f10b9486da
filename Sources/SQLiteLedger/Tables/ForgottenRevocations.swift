import Foundation
import GRDB
import Ledger
import PKI

/// Rows of `revocation` for serial numbers that the ledger forgot.
struct ForgottenRevocations {
    let db: Database

    /// Whether a list from outside says that this serial number is revoked.
    func contains(_ serialNumber: SerialNumber) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM revocation WHERE serial = ?")
        return try Int.fetchOne(statement, arguments: [Data(serialNumber.octets)]) != nil
    }

    /// Writes a revocation without its certificate.
    /// - Parameter notAfter: the latest end the certificate can have, seconds since 1970.
    func insert(_ serialNumber: SerialNumber, issuer: String, notAfter: Int64, _ revocation: Revocation) throws {
        let sql = "INSERT INTO revocation (serial, not_after, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?, ?)"
        try db.cachedStatement(sql: sql).execute(arguments: [
            Data(serialNumber.octets), notAfter, issuer, revocation.date, revocation.reason.rawValue, revocation.crlNumber,
        ])
    }

    /// Gives the revocation of a forgotten serial number its certificate back; nothing when there is none.
    func link(_ certificate: StoredCertificate) throws {
        let statement = try db.cachedStatement(sql: "UPDATE revocation SET certificate_id = ? WHERE serial = ? RETURNING reason")
        let arguments: StatementArguments = [certificate.id, Data(certificate.record.serialNumber.octets)]
        guard let reason = try Int.fetchOne(statement, arguments: arguments) else { return }
        if reason == RevocationReason.keyCompromise.rawValue {
            try CompromisedKeyTable(db: db).insert(certificate.record.publicKeySHA256)
        }
    }

    /// The first serial number that has no revocation, with a certificate or without.
    func firstUnrevoked(among serialNumbers: [SerialNumber]) throws -> SerialNumber? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM certificate c JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ?1)
                    OR EXISTS (SELECT 1 FROM revocation WHERE serial = ?1)
                """)
        return try serialNumbers.first { try Int.fetchOne(statement, arguments: [Data($0.octets)]) != 1 }
    }
}
