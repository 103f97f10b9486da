import Foundation
import GRDB
import Ledger
import PKI

/// The table `revocation`: a certificate is revoked when it has a row here.
struct RevocationTable {
    let db: Database

    /// The revocation of the certificate with this serial number.
    func find(_ serialNumber: SerialNumber) throws -> Revocation? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.date, r.reason, r.crl_number FROM certificate c JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [Data(serialNumber.octets)]) else { return nil }
        var columns = ColumnReader(row)
        return try Revocation(columns: &columns)
    }

    /// Writes a revocation; its sequence follows the last one.
    func insert(_ revocation: Revocation, of certificate: StoredCertificate) throws {
        let sql = "INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number) VALUES (?, ?, ?, ?, ?)"
        try db.cachedStatement(sql: sql).execute(arguments: [
            certificate.id, certificate.record.issuer, revocation.date, revocation.reason.rawValue, revocation.crlNumber,
        ])
    }

    /// SHA-256 over all columns of the revocations after one sequence, up to and including another.
    func digest(after first: Int64, through last: Int64) throws -> [UInt8] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT sequence, certificate_id, serial, issuer, date, reason, crl_number FROM revocation
                WHERE sequence > ? AND sequence <= ? ORDER BY sequence
                """)
        var encoding = CanonicalEncoding()
        for row in try Row.fetchAll(statement, arguments: [first, last]) {
            var columns = ColumnReader(row)
            encoding.append(try columns.next(Int64.self))
            let certificate = try columns.nextOptional(Int64.self)
            // A forgotten serial number stands for its certificate, also after that was adopted.
            if let serial = try columns.nextOptional(Data.self) { encoding.append(serial) } else { encoding.append(certificate ?? 0) }
            encoding.append(try columns.next(String.self))
            for _ in 0..<3 { encoding.append(try columns.next(Int64.self)) }
        }
        return encoding.sha256
    }

    /// The newest revocation's sequence; 0 when there is none.
    func lastSequence() throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(sequence) FROM revocation")) ?? 0
    }

    /// The newest revocation's sequence among an issuer's; 0 when there is none.
    func lastSequence(issuer: String) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT max(sequence) FROM revocation WHERE issuer = ?")
        return try Int64.fetchOne(statement, arguments: [issuer]) ?? 0
    }

    /// The newest revocation that was promised this CRL or an earlier one; 0 when there is none.
    func lastSequence(issuer: String, inCRL number: Int64) throws -> Int64 {
        // Promised numbers never fall, so that only what is newer than the CRL is passed over.
        let statement = try db.cachedStatement(
            sql: "SELECT sequence FROM revocation WHERE issuer = ? AND crl_number <= ? ORDER BY sequence DESC LIMIT 1")
        return try Int64.fetchOne(statement, arguments: [issuer, number]) ?? 0
    }

    /// Revocations after one sequence, up to and including another, in order.
    func entries(issuer: String, after first: Int64, through last: Int64, limit: Int = .max) throws -> [RevokedEntry] {
        let statement = try db.makeStatement(
            sql: """
                SELECT r.sequence, coalesce(c.serial, r.serial), r.date, r.reason, coalesce(c.not_after, r.not_after)
                FROM revocation r LEFT JOIN certificate c ON c.id = r.certificate_id
                WHERE r.issuer = ? AND r.sequence > ? AND r.sequence <= ? ORDER BY r.sequence LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [issuer, first, last, limit])
        var entries: [RevokedEntry] = []
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            entries.append(
                RevokedEntry(
                    sequence: try columns.next(), serialNumber: try SerialNumber(octets: columns.octets()), date: try columns.next(),
                    reason: try RevocationReason(code: columns.next()), notAfter: try columns.next()))
        }
        return entries
    }
}
