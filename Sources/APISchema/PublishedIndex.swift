/// `/crl/index.json` of the public listener: the newest CRL of each issuer, and the head of the audit chain at that time.
///
/// The file travels over plain HTTP. Each entry of an issuing CA and the audit head carry a signature by an issuing CA's key over a statement, so that a
/// forged index can neither give a CA another name nor invent a head. The root's entry has none: the reader holds the root's certificate.
package struct PublishedIndex: Codable, Sendable, Equatable {
    package var issuers: [PublishedIssuer]
    package var auditHead: PublishedAuditHead

    package init(issuers: [PublishedIssuer], auditHead: PublishedAuditHead) {
        self.issuers = issuers
        self.auditHead = auditHead
    }

    enum CodingKeys: String, CodingKey {
        case issuers
        case auditHead = "audit_head"
    }
}

/// One issuer's newest CRL.
package struct PublishedIssuer: Codable, Sendable, Equatable {
    /// `devices`, `services`, `root`.
    package var name: String
    package var crlNumber: Int64
    /// Seconds since 1970.
    package var thisUpdate: Int64
    /// Seconds since 1970.
    package var nextUpdate: Int64
    /// Hex SHA-256 of the CRL's DER.
    package var sha256: String
    package var entries: Int
    /// Base64 of the issuer's signature over ``statement``; nil for the root.
    package var signature: String?

    package init(
        name: String, crlNumber: Int64, thisUpdate: Int64, nextUpdate: Int64, sha256: String, entries: Int, signature: String? = nil
    ) {
        self.name = name
        self.crlNumber = crlNumber
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.sha256 = sha256
        self.entries = entries
        self.signature = signature
    }

    /// The octets that the issuer signs: a context, then each field in a line of its own. No certificate or CRL begins like this.
    package var statement: [UInt8] {
        Array("signet CRL index entry v1\n\(name)\n\(crlNumber)\n\(thisUpdate)\n\(nextUpdate)\n\(sha256)\n\(entries)\n".utf8)
    }

    enum CodingKeys: String, CodingKey {
        case name
        case crlNumber = "crl_number"
        case thisUpdate = "this_update"
        case nextUpdate = "next_update"
        case sha256, entries, signature
    }
}

/// The newest row of the audit chain when the index was written.
package struct PublishedAuditHead: Codable, Sendable, Equatable {
    package var id: Int64
    /// Hex SHA-256.
    package var hash: String
    /// When the ledger was last recovered from a backup, seconds since 1970: the chain then went on from an earlier row. nil: never.
    package var recoveredAt: Int64?
    /// The issuer that signed ``statement``; nil before the first publication.
    package var issuer: String?
    /// Base64.
    package var signature: String?

    package init(id: Int64, hash: String, recoveredAt: Int64? = nil, issuer: String? = nil, signature: String? = nil) {
        self.id = id
        self.hash = hash
        self.recoveredAt = recoveredAt
        self.issuer = issuer
        self.signature = signature
    }

    /// The octets that the issuer signs.
    package var statement: [UInt8] { Array("signet audit head v1\n\(recoveredAt ?? 0)\n\(id)\n\(hash)\n".utf8) }

    enum CodingKeys: String, CodingKey {
        case id, hash, issuer, signature
        case recoveredAt = "recovered_at"
    }
}
