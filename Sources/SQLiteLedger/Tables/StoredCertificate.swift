import Ledger
import PKI

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
