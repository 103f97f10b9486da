import GRDB
import Ledger
import PKI

/// The table `revocation`: a certificate is revoked when it has a row here.
struct RevocationTable {
    let db: Database

    /// The revocation of the certificate with this serial number.
    func find(_ serialNumber: SerialNumber) throws -> Revocation? {
        let sql = "SELECT r.date, r.reason, r.crl_number FROM certificate c JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ?"
        return try db.first(sql, [.blob(serialNumber.octets)]) { columns in try Revocation(columns: &columns) } ?? nil
    }

    /// Writes a revocation; its sequence follows the last one.
    func insert(_ revocation: Revocation, of certificate: StoredCertificate) throws {
        try db.change(
            "INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?)", .integer(certificate.id),
            .text(certificate.record.issuer), .integer(revocation.date), .integer(revocation.reason.rawValue),
            .integer(revocation.crlNumber))
    }

    /// SHA-256 over all columns of the revocations after one sequence, up to and including another.
    func digest(after first: Int64, through last: Int64) throws -> [UInt8] {
        let sql = """
            SELECT sequence, certificate_id, serial, issuer, date, reason, crl_number FROM revocation
            WHERE sequence > ? AND sequence <= ? ORDER BY sequence
            """
        var encoding = CanonicalEncoding()
        try db.forEach(sql, [.integer(first), .integer(last)]) { columns in
            encoding.append(try columns.next(Int64.self))
            let certificate = try columns.nextOptional(Int64.self)
            // A forgotten serial number stands for its certificate, also after that was adopted.
            if let serial = try columns.nextOptional([UInt8].self) { encoding.append(serial) } else { encoding.append(certificate ?? 0) }
            encoding.append(try columns.next(String.self))
            for _ in 0..<3 { encoding.append(try columns.next(Int64.self)) }
        }
        return encoding.sha256
    }

    /// The newest revocation's sequence; 0 when there is none.
    func lastSequence() throws -> Int64 {
        try db.value("SELECT max(sequence) FROM revocation") ?? 0
    }

    /// The newest revocation's sequence among an issuer's; 0 when there is none.
    func lastSequence(issuer: String) throws -> Int64 {
        try db.value("SELECT max(sequence) FROM revocation WHERE issuer = ?", .text(issuer)) ?? 0
    }

    /// The newest revocation that was promised this CRL or an earlier one; 0 when there is none.
    func lastSequence(issuer: String, inCRL number: Int64) throws -> Int64 {
        // Promised numbers never fall, so that only what is newer than the CRL is passed over.
        let sql = "SELECT sequence FROM revocation WHERE issuer = ? AND crl_number <= ? ORDER BY sequence DESC LIMIT 1"
        return try db.value(sql, .text(issuer), .integer(number)) ?? 0
    }

    /// Number of an issuer's revocations up to and including a sequence: answered by the index alone.
    func count(issuer: String, through last: Int64) throws -> Int {
        try db.value("SELECT count(*) FROM revocation WHERE issuer = ? AND sequence <= ?", .text(issuer), .integer(last), as: Int.self) ?? 0
    }

    /// Revocations after one sequence, up to and including another, in order.
    func entries(issuer: String, after first: Int64, through last: Int64, limit: Int = .max) throws -> [RevokedEntry] {
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
}
