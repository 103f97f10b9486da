import GRDB
import Ledger
import PKI

/// A search among the certificates, newest first.
struct CertificateSearch {
    let db: Database
    let filter: CertificateFilter
    /// Seconds since 1970.
    let now: Int64

    /// At most `limit` certificates that are older than `after`.
    func page(after: SerialNumber?, limit: Int) throws -> [CertificateRecord] {
        var conditions = conditions()
        if let after { conditions.add("c.id < ?", try CertificateTable(db: db).id(of: after)) }
        let sql = """
            SELECT \(StoredCertificate.columns) FROM \(StoredCertificate.source) \(conditions.clause) ORDER BY c.id DESC LIMIT ?
            """
        conditions.bind(max(0, limit))
        return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments).map { try StoredCertificate(row: $0).record }
    }

    private func conditions() -> Conditions {
        var conditions = Conditions()
        if let profile = filter.profile { conditions.add("c.profile = ?", profile) }
        if let issuer = filter.issuer { conditions.add("c.issuer = ?", issuer) }
        if let organization = filter.organization { conditions.add("c.organization = ?", organization) }
        if let type = filter.type { conditions.add("c.organizational_unit = ?", type) }
        if let commonName = filter.commonName {
            // Identities are named for the common name, devices in lower case: their index finds what would be a scan.
            conditions.add("c.identity_id IN (SELECT id FROM identity WHERE name IN (?, ?))", commonName, commonName.lowercased())
            conditions.add("c.common_name = ?", commonName)
        }
        if let name = filter.name {
            let pattern = Self.containing(name)
            let names = "EXISTS (SELECT 1 FROM json_each(c.sans) WHERE value LIKE ? ESCAPE '\\')"
            conditions.add("(c.common_name LIKE ? ESCAPE '\\' OR \(names))", pattern, pattern)
        }
        if let expiresBefore = filter.expiresBefore { conditions.add("c.not_after < ?", expiresBefore) }
        switch filter.state {
        case .active: conditions.add("r.certificate_id IS NULL AND c.not_after >= ?", now)
        case .expired: conditions.add("r.certificate_id IS NULL AND c.not_after < ?", now)
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
