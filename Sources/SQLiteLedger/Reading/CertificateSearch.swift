import Foundation
import GRDB
import Ledger
import PKI

/// A search among the certificates, newest first.
struct CertificateSearch {
    let db: Database
    let filter: CertificateFilter
    let now: UnixTime

    /// Largest number of certificates that a page looks at, so that its cost does not grow with the ledger.
    var window: Int64 = 5_000

    /// At most `limit` certificates that are older than `after`.
    func page(after: SerialNumber?, limit: Int) throws -> LedgerPage<CertificateRecord, SerialNumber> {
        let limit = max(0, limit)
        let end = try after.map { try SQLiteRows(db).id(of: $0) } ?? newest() + 1
        let start = isIndexed ? 0 : max(0, end - 1 - window)
        var conditions = conditions()
        conditions.add("c.id < ?", .integer(end))
        conditions.add("c.id > ?", .integer(start))
        conditions.bind(.integer(limit))
        let sql = """
            SELECT \(StoredCertificate.columns) FROM \(StoredCertificate.source) \(conditions.clause) ORDER BY c.id DESC LIMIT ?
            """
        let found = try db.all(sql, conditions.values, isKept: false) { columns in try StoredCertificate(columns: &columns).record }
        return LedgerPage(found, next: try found.count == limit ? found.last?.serialNumber : serialNumber(after: start))
    }

    /// True when an index finds the matches, or everything matches: then a page is bounded without a window.
    private var isIndexed: Bool { filter.commonName != nil || filter == CertificateFilter() }

    private func newest() throws -> Int64 {
        try db.value("SELECT max(id) FROM certificate") ?? 0
    }

    /// The serial number of the oldest certificate that was looked at; nil when there are no older ones.
    private func serialNumber(after start: Int64) throws -> SerialNumber? {
        guard start > 0 else { return nil }
        let serial = try db.value("SELECT serial FROM certificate WHERE id > ? ORDER BY id LIMIT 1", .integer(start), as: [UInt8].self)
        return try serial.map { try SerialNumber(octets: $0) }
    }

    private func conditions() -> Conditions {
        var conditions = Conditions()
        if let profile = filter.profile { conditions.add("c.profile = ?", .text(profile)) }
        if let profiles = filter.profiles { conditions.add("c.profile", among: profiles) }
        if let issuer = filter.issuer { conditions.add("c.issuer = ?", .text(issuer)) }
        if let organization = filter.organization { conditions.add("c.organization = ?", .text(organization)) }
        if let type = filter.type { conditions.add("c.organizational_unit = ?", .text(type)) }
        if let commonName = filter.commonName {
            // Identities are named for the common name, devices in lower case: their index finds what would be a scan.
            conditions.add(
                "c.identity_id IN (SELECT id FROM identity WHERE name IN (?, ?))", .text(commonName), .text(asciiLowercased(commonName)))
            conditions.add("c.common_name = ?", .text(commonName))
        }
        if let name = filter.name {
            let pattern = Self.containing(name)
            let names = "EXISTS (SELECT 1 FROM json_each(c.sans) WHERE value LIKE ? ESCAPE '\\')"
            conditions.add("(c.common_name LIKE ? ESCAPE '\\' OR \(names))", .text(pattern), .text(pattern))
        }
        if let expiresBefore = filter.expiresBefore { conditions.add("c.not_after < ?", .integer(expiresBefore)) }
        switch filter.state {
        case .active: conditions.add("r.certificate_id IS NULL AND c.not_after >= ?", .integer(now))
        case .expired: conditions.add("r.certificate_id IS NULL AND c.not_after < ?", .integer(now))
        case .revoked: conditions.add("r.certificate_id IS NOT NULL")
        case nil: break
        }
        return conditions
    }

    /// A LIKE pattern in which the text means itself.
    private static func containing(_ text: String) -> String {
        let escaped = text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "%\(escaped)%"
    }
}
