/// `/crl/index.json` of the public listener: what is published, and the head of the audit chain at that time.
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

    package init(name: String, crlNumber: Int64, thisUpdate: Int64, nextUpdate: Int64, sha256: String, entries: Int) {
        self.name = name
        self.crlNumber = crlNumber
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.sha256 = sha256
        self.entries = entries
    }

    enum CodingKeys: String, CodingKey {
        case name
        case crlNumber = "crl_number"
        case thisUpdate = "this_update"
        case nextUpdate = "next_update"
        case sha256, entries
    }
}

/// The newest row of the audit chain when the index was written.
package struct PublishedAuditHead: Codable, Sendable, Equatable {
    package var id: Int64
    /// Hex SHA-256.
    package var hash: String

    package init(id: Int64, hash: String) {
        self.id = id
        self.hash = hash
    }
}
