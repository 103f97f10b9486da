import GRDB
import Ledger
import PKI

/// Rows of `revocation` for serial numbers without a certificate in the ledger, which a recovery took from published CRLs.
struct ForgottenRevocations {
    let db: Database

    /// True when a recovery recorded this serial number as revoked.
    func contains(_ serialNumber: SerialNumber) throws -> Bool {
        try db.hasRow("SELECT 1 FROM revocation WHERE serial = ?", .blob(serialNumber.octets))
    }

    /// Writes a revocation without its certificate.
    /// - Parameter notAfter: the latest end the certificate can have, seconds since 1970.
    func insert(_ serialNumber: SerialNumber, issuer: String, notAfter: Int64, _ revocation: Revocation) throws {
        try db.change(
            "INSERT INTO revocation (serial, not_after, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?, ?)",
            .blob(serialNumber.octets), .integer(notAfter), .text(issuer), .integer(revocation.date),
            .integer(revocation.reason.rawValue), .integer(revocation.crlNumber))
    }

    /// Gives the revocation of a forgotten serial number its certificate back; nothing when there is none.
    func link(_ certificate: StoredCertificate) throws {
        let sql = "UPDATE revocation SET certificate_id = ? WHERE serial = ? RETURNING reason"
        let serialNumber = certificate.record.serialNumber
        guard let reason = try db.value(sql, .integer(certificate.id), .blob(serialNumber.octets), as: Int.self) else { return }
        if reason == RevocationReason.keyCompromise.rawValue {
            try CompromisedKeyTable(db: db).insert(certificate.record.publicKeySHA256)
        }
    }

    /// The first serial number that has no revocation, with a certificate or without.
    func firstUnrevoked(among serialNumbers: [SerialNumber]) throws -> SerialNumber? {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM certificate c JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ?1)
                OR EXISTS (SELECT 1 FROM revocation WHERE serial = ?1)
            """
        return try serialNumbers.first { try db.value(sql, .blob($0.octets)) != 1 }
    }
}
