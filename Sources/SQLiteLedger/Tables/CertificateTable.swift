import GRDB
import Ledger
import PKI

/// The table `certificate`.
extension SQLiteRows {
    func certificate(_ serialNumber: SerialNumber) throws -> StoredCertificate? {
        try first("c.serial = ?", [.blob(serialNumber.octets)])
    }

    func certificate(id: Int64) throws -> StoredCertificate? { try first("c.id = ?", [.integer(id)]) }

    /// The row that pages of lists continue after.
    func id(of serialNumber: SerialNumber) throws -> Int64 {
        let id = try db.value("SELECT id FROM certificate WHERE serial = ?", .blob(serialNumber.octets), as: Int64.self)
        guard let id else { throw LedgerError.certificateUnknown(serialNumber) }
        return id
    }

    /// Serial numbers in the order of issuance.
    func serialNumbers(profiles: Set<String>? = nil, revokedOnly: Bool, after: SerialNumber?, limit: Int) throws -> [SerialNumber] {
        let id = revokedOnly ? "r.certificate_id" : "c.id"
        let source = revokedOnly ? "revocation r JOIN certificate c ON c.id = r.certificate_id" : "certificate c"
        var conditions = Conditions()
        conditions.add("\(id) > ?", .integer(try after.map { try self.id(of: $0) } ?? 0))
        if let profiles { conditions.add("c.profile", among: profiles) }
        conditions.bind(.integer(max(0, limit)))
        let sql = "SELECT c.serial FROM \(source) \(conditions.clause) ORDER BY \(id) LIMIT ?"
        return try db.all(sql, conditions.values) { columns in try SerialNumber(octets: columns.next()) }
    }

    func head(identity: Int64, lineage: Int) throws -> StoredCertificate? {
        try first("c.identity_id = ? AND c.lineage = ? ORDER BY c.generation DESC LIMIT 1", [.integer(identity), .integer(lineage)])
    }

    func headID(identity: Int64, lineage: Int) throws -> Int64? {
        let sql = "SELECT id FROM certificate WHERE identity_id = ? AND lineage = ? ORDER BY generation DESC LIMIT 1"
        return try db.value(sql, .integer(identity), .integer(lineage))
    }

    func live(identity: Int64, at now: UnixTime) throws -> [StoredCertificate] {
        try all("c.identity_id = ? AND c.not_after >= ? AND r.certificate_id IS NULL ORDER BY c.id", [.integer(identity), .integer(now)])
    }

    func unexpired(identity: Int64, at now: UnixTime) throws -> [StoredCertificate] {
        try all("c.identity_id = ? AND c.not_after >= ?", [.integer(identity), .integer(now)])
    }

    func live(key sha256: [UInt8], at now: UnixTime) throws -> [StoredCertificate] {
        try all("\(Self.hasKey) AND c.not_after >= ?2 AND r.certificate_id IS NULL ORDER BY c.id", [.blob(sha256), .integer(now)])
    }

    func otherHolder(ofKey sha256: [UInt8], than identity: Int64?, at now: UnixTime) throws -> IdentityName? {
        let sql = """
            SELECT i.profile, i.name FROM \(StoredCertificate.source)
            WHERE \(Self.hasKey) AND c.identity_id <> ?3 AND c.not_after >= ?2 AND r.certificate_id IS NULL LIMIT 1
            """
        return try db.first(sql, [.blob(sha256), .integer(now), .integer(identity ?? 0)]) { columns in
            IdentityName(profile: try columns.next(), name: try columns.next())
        }
    }

    func children(of parent: StoredCertificate) throws -> [StoredCertificate] {
        let condition = "c.identity_id = ? AND c.lineage = ? AND c.generation > ? AND c.parent_id = ? ORDER BY c.generation"
        let values: [ColumnValue] = [
            .integer(parent.identityID), .integer(parent.record.lineage), .integer(parent.record.generation), .integer(parent.id),
        ]
        return try all(condition, values)
    }

    func lastLineage(identity: Int64) throws -> Int {
        try db.value("SELECT max(lineage) FROM certificate WHERE identity_id = ?", .integer(identity)) ?? 0
    }

    // By the index; then by the whole hash.
    private static let hasKey = "substr(c.spki_sha256, 1, 8) = substr(?1, 1, 8) AND c.spki_sha256 = ?1"

    private func first(_ condition: String, _ values: [ColumnValue]) throws -> StoredCertificate? {
        try db.first(Self.query(condition), values, StoredCertificate.init(columns:))
    }

    private func all(_ condition: String, _ values: [ColumnValue]) throws -> [StoredCertificate] {
        try db.all(Self.query(condition), values, StoredCertificate.init(columns:))
    }

    private static func query(_ condition: String) -> String {
        "SELECT \(StoredCertificate.columns) FROM \(StoredCertificate.source) WHERE \(condition)"
    }
}

extension WriteGroup {
    func insert(_ certificate: CertificateRecord, at place: Placement, issuedAt: UnixTime) throws -> Int64 {
        do {
            try db.change(
                Self.insertion, .blob(certificate.serialNumber.octets), .integer(place.identityID), .integer(place.lineage),
                .integer(place.generation), .integer(place.parentID), .integer(issuedAt), .text(certificate.issuer),
                .text(certificate.profile), .text(certificate.profileVersion), .text(certificate.commonName),
                .text(certificate.organization), .text(certificate.organizationalUnit),
                .text(JSONText.encode(certificate.subjectAlternativeNames)),
                .integer(certificate.notBefore), .integer(certificate.notAfter), .blob(certificate.publicKeySHA256),
                .text(certificate.requester), .blob(certificate.der))
        } catch let error as DatabaseError where error.message?.contains("certificate.serial") == true {
            throw LedgerError.serialNumberTaken(certificate.serialNumber)
        }
        return db.lastInsertedRowID
    }

    private static let insertion = """
        INSERT INTO certificate (serial, identity_id, lineage, generation, parent_id, issued_at, issuer, profile, profile_version,
            common_name, organization, organizational_unit, sans, not_before, not_after, spki_sha256, requester, der)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}

extension StoredCertificate {
    /// The columns that `init(columns:)` reads, in its order.
    static let columns = """
        c.id, c.identity_id, c.parent_id, c.issued_at, c.serial, c.issuer, i.profile, i.name, c.lineage, c.generation, c.profile,
        c.profile_version, c.common_name, c.organization, c.organizational_unit, c.sans, c.not_before, c.not_after, c.spki_sha256,
        c.requester, c.der, r.date, r.reason, r.crl_number
        """
    /// The FROM clause for these columns.
    static let source = """
        certificate c JOIN identity i ON i.id = c.identity_id LEFT JOIN revocation r ON r.certificate_id = c.id
        """

    /// Reads a row of `columns`.
    init(columns: inout ColumnReader) throws {
        self.init(
            id: try columns.next(), identityID: try columns.next(), parentID: try columns.nextOptional(), issuedAt: try columns.next(),
            record: try CertificateRecord(columns: &columns))
    }
}

extension CertificateRecord {
    fileprivate init(columns: inout ColumnReader) throws {
        self.init(
            serialNumber: try SerialNumber(octets: columns.next()), issuer: try columns.next(),
            identity: IdentityName(profile: try columns.next(), name: try columns.next()), lineage: try columns.next(),
            generation: try columns.next(), profile: try columns.next(), profileVersion: try columns.next(),
            commonName: try columns.next(), organization: try columns.nextOptional(), organizationalUnit: try columns.nextOptional(),
            subjectAlternativeNames: try JSONText.list(from: columns.next()), notBefore: try columns.next(),
            notAfter: try columns.next(), publicKeySHA256: try columns.next(), requester: try columns.next(),
            der: try columns.next(), revocation: try Revocation(columns: &columns))
    }
}

extension Revocation {
    /// Reads date, reason and CRL number; nil when they are NULL.
    init?(columns: inout ColumnReader) throws {
        let date = try columns.nextOptional(UnixTime.self)
        let code = try columns.nextOptional(Int.self)
        let number = try columns.nextOptional(Int64.self)
        guard let date, let code, let number else { return nil }
        self.init(date: date, reason: try RevocationReason(code: code), crlNumber: number)
    }
}

extension RevocationReason {
    /// The reason of a stored code.
    init(code: Int) throws(LedgerError) {
        guard let reason = Self(rawValue: code) else { throw .corrupt("\(code) is no revocation reason of ours") }
        self = reason
    }
}
