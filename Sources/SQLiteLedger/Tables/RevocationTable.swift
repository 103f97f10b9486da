import GRDB
import Ledger
import PKI

/// The table `revocation`: a certificate is revoked when it has a row here. A row without a certificate is of a serial number that a recovery took
/// from published CRLs.
extension SQLiteRows {
    func isForgotten(_ serialNumber: SerialNumber) throws -> Bool {
        try db.hasRow("SELECT 1 FROM revocation WHERE serial = ?", .blob(serialNumber.octets))
    }

    /// The first serial number that has no revocation, with a certificate or without.
    func firstUnrevoked(among serialNumbers: [SerialNumber]) throws -> SerialNumber? {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM certificate c JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ?1)
                OR EXISTS (SELECT 1 FROM revocation WHERE serial = ?1)
            """
        return try serialNumbers.first { try db.value(sql, .blob($0.octets)) != 1 }
    }

    func forEachRevocation(after first: Int64, through last: Int64, _ body: (RevocationRow) throws -> Void) throws {
        let sql = """
            SELECT sequence, certificate_id, serial, issuer, date, reason, crl_number FROM revocation
            WHERE sequence > ? AND sequence <= ? ORDER BY sequence
            """
        try db.forEach(sql, [.integer(first), .integer(last)]) { columns in
            let row: RevocationRow = (
                try columns.next(), try columns.nextOptional(), try columns.nextOptional(), try columns.next(), try columns.next(),
                try columns.next(), try columns.next()
            )
            try body(row)
        }
    }

    func lastSequence() throws -> Int64 { try db.value("SELECT max(sequence) FROM revocation") ?? 0 }

    func lastSequence(issuer: String, inCRL number: Int64) throws -> Int64 {
        // Promised numbers never fall, so that only what is newer than the CRL is passed over.
        let sql = "SELECT sequence FROM revocation WHERE issuer = ? AND crl_number <= ? ORDER BY sequence DESC LIMIT 1"
        return try db.value(sql, .text(issuer), .integer(number)) ?? 0
    }

    func lastPromise(issuer: String) throws -> Int64? {
        try db.value("SELECT crl_number FROM revocation WHERE issuer = ? ORDER BY sequence DESC LIMIT 1", .text(issuer))
    }

    /// Answered by the index alone.
    func revocationCount(issuer: String, through last: Int64) throws -> Int {
        try db.value("SELECT count(*) FROM revocation WHERE issuer = ? AND sequence <= ?", .text(issuer), .integer(last), as: Int.self) ?? 0
    }

    func revokedEntries(issuer: String, after first: Int64, through last: Int64, limit: Int) throws -> [RevokedEntry] {
        let sql = """
            SELECT r.sequence, coalesce(c.serial, r.serial), r.date, r.reason, coalesce(c.not_after, r.not_after)
            FROM revocation r LEFT JOIN certificate c ON c.id = r.certificate_id
            WHERE r.issuer = ? AND r.sequence > ? AND r.sequence <= ? ORDER BY r.sequence LIMIT ?
            """
        return try db.all(sql, [.text(issuer), .integer(first), .integer(last), .integer(limit)]) { columns in
            RevokedEntry(
                sequence: try columns.next(), serialNumber: try SerialNumber(octets: columns.next()), date: try columns.next(),
                reason: try RevocationReason(code: columns.next()), notAfter: try columns.next())
        }
    }

    func isCompromised(key sha256: [UInt8]) throws -> Bool {
        try db.hasRow("SELECT 1 FROM compromised_key WHERE spki_sha256 = ?", .blob(sha256))
    }
}

extension WriteGroup {
    func insert(_ revocation: Revocation, of certificate: StoredCertificate) throws -> Int64 {
        try db.change(
            "INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?)", .integer(certificate.id),
            .text(certificate.record.issuer), .integer(revocation.date), .integer(revocation.reason.rawValue),
            .integer(revocation.crlNumber))
        return db.lastInsertedRowID
    }

    func insertForgotten(_ revocation: Revocation, of serialNumber: SerialNumber, issuer: String, notAfter: UnixTime) throws -> Int64 {
        try db.change(
            "INSERT INTO revocation (serial, not_after, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?, ?)",
            .blob(serialNumber.octets), .integer(notAfter), .text(issuer), .integer(revocation.date),
            .integer(revocation.reason.rawValue), .integer(revocation.crlNumber))
        return db.lastInsertedRowID
    }

    func linkForgotten(to certificate: StoredCertificate) throws -> RevocationReason? {
        let sql = "UPDATE revocation SET certificate_id = ? WHERE serial = ? RETURNING reason"
        return try db.value(sql, .integer(certificate.id), .blob(certificate.record.serialNumber.octets), as: Int.self)
            .map { try RevocationReason(code: $0) }
    }

    func insertCompromisedKey(_ sha256: [UInt8]) throws {
        try db.change("INSERT INTO compromised_key (spki_sha256) VALUES (?) ON CONFLICT DO NOTHING", .blob(sha256))
    }
}
