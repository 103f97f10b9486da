/// Body of `POST pki/search`.
package struct SearchRequest: Codable, Sendable, Equatable {
    package var filter: SearchFilter
    /// Last serial number of the page before.
    package var after: String?
    /// 1 to 1000; 100 when absent.
    package var limit: Int?

    package init(filter: SearchFilter, after: String? = nil, limit: Int? = nil) {
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}

/// What to search for; every field that is set must match.
package struct SearchFilter: Codable, Sendable, Equatable {
    package var profile: String?
    package var issuer: String?
    package var organization: String?
    package var type: String?
    package var commonName: String?
    /// Part of the common name or of any subject alternative name.
    package var name: String?
    /// `active`, `expired` or `revoked`.
    package var state: String?
    /// Seconds since 1970: certificates that end before.
    package var expiresBefore: Int64?

    package init(
        profile: String? = nil, issuer: String? = nil, organization: String? = nil, type: String? = nil, commonName: String? = nil,
        name: String? = nil, state: String? = nil, expiresBefore: Int64? = nil
    ) {
        self.profile = profile
        self.issuer = issuer
        self.organization = organization
        self.type = type
        self.commonName = commonName
        self.name = name
        self.state = state
        self.expiresBefore = expiresBefore
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case profile, issuer, organization, type
        case commonName = "common_name"
        case name, state
        case expiresBefore = "expires_before"
    }
}

/// `data` of `pki/search`: newest first.
package struct SearchResult: Codable, Sendable, Equatable {
    package var certificates: [CertificateSummary]
    /// Pass as `after` for the next page; absent on the last one.
    package var next: String?

    package init(certificates: [CertificateSummary], next: String?) {
        self.certificates = certificates
        self.next = next
    }
}

/// A row of the audit log, as `GET sys/audit-log` lists it.
package struct AuditEntry: Codable, Sendable, Equatable {
    package var id: Int64
    /// RFC 3339 with milliseconds, UTC.
    package var timestamp: String
    package var principal: String
    package var action: String
    package var resource: String
    /// `allowed`, `refused`, `failed` or `fork`.
    package var result: String
    package var ipAddress: String
    package var userAgent: String
    package var details: [String: String]
    /// Hex SHA-256 of the row and its predecessor's hash.
    package var hash: String

    package init(
        id: Int64, timestamp: String, principal: String, action: String, resource: String, result: String, ipAddress: String,
        userAgent: String, details: [String: String], hash: String
    ) {
        self.id = id
        self.timestamp = timestamp
        self.principal = principal
        self.action = action
        self.resource = resource
        self.result = result
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.details = details
        self.hash = hash
    }

    enum CodingKeys: String, CodingKey {
        case id, timestamp, principal, action, resource, result
        case ipAddress = "ip_address"
        case userAgent = "user_agent"
        case details, hash
    }
}

/// `data` of `GET sys/audit-log?action=&result=&principal=&resource=&since=&until=&before=&limit=`: newest first.
package struct AuditPage: Codable, Sendable, Equatable {
    package var entries: [AuditEntry]
    /// Pass as `before` for the next page; absent on the last one.
    package var next: Int64?

    package init(entries: [AuditEntry], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
