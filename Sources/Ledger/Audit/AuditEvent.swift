/// One attempt, allowed or refused. Becomes a row of `security_audit`.
package struct AuditEvent: Sendable, Equatable {
    /// Milliseconds since 1970.
    package var timestamp: Int64
    /// `token:ACCESSOR`, `ticket:ACCESSOR`, `certificate:SERIAL`, `anonymous`, `system`.
    package var principal: String
    package var action: AuditAction
    /// The object of the attempt: a serial number, an identity, a token's accessor.
    package var resource: String
    package var result: AuditResult
    package var ipAddress: String
    package var userAgent: String
    /// Further facts, never secrets; sorted by key when hashed.
    package var details: [String: String]
    /// The token that causes the event, which must be alive in the transaction that writes it: else nothing of that transaction is written. Not part of
    /// the row. nil: no token, or a ticket, whose claim is judged by its own rules.
    package var actingToken: Int64?

    package init(
        timestamp: Int64, principal: String, action: AuditAction, resource: String, result: AuditResult, ipAddress: String,
        userAgent: String, details: [String: String] = [:], actingToken: Int64? = nil
    ) {
        self.timestamp = timestamp
        self.principal = principal
        self.action = action
        self.resource = resource
        self.result = result
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.details = details
        self.actingToken = actingToken
    }
}

/// The kinds of attempt, as the column `action` names them.
package enum AuditAction: String, Sendable, CaseIterable {
    case issue, sign, renew, revoke, search, audit
    case tokenCreate = "token_create"
    case tokenRenew = "token_renew"
    case tokenRevoke = "token_revoke"
    case tokenLookup = "token_lookup"
    case ticketCreate = "ticket_create"
    /// An identity was suspended without a certificate being revoked.
    case suspend
    case authenticate
    case serverCertificate = "server_certificate"
    case crlPublish = "crl_publish"
    case policyReload = "policy_reload"
    case start, initialize
    /// A restored ledger was reconciled with published CRLs and indexes.
    case recover
    /// A certificate that a restored ledger lacked was recorded again.
    case adopt
    /// The receivers of events changed.
    case receivers
}

/// The outcome of an attempt.
package enum AuditResult: String, Sendable, CaseIterable {
    case allowed, refused, failed
    /// A certificate that is no longer the newest of its line was presented for renewal: two parties hold its key.
    case fork
}

/// A stored audit row.
package struct AuditRow: Sendable, Equatable {
    package var id: Int64
    package var event: AuditEvent
    package var previousHash: [UInt8]
    package var hash: [UInt8]

    package init(id: Int64, event: AuditEvent, previousHash: [UInt8], hash: [UInt8]) {
        self.id = id
        self.event = event
        self.previousHash = previousHash
        self.hash = hash
    }
}

/// The newest row of the audit chain; published with each CRL, so that truncation shows.
package struct AuditHead: Sendable, Equatable {
    /// 0 when the log is empty.
    package var id: Int64
    package var hash: [UInt8]

    package init(id: Int64, hash: [UInt8]) {
        self.id = id
        self.hash = hash
    }
}

/// Conditions for audit rows; every set field must match.
package struct AuditFilter: Sendable, Equatable {
    package var action: AuditAction?
    package var result: AuditResult?
    /// Rows whose detail `profile` is one of these: those that the reader may see; nil: all rows, also those about no profile.
    package var profiles: Set<String>?
    /// Substring of the principal.
    package var principal: String?
    /// Substring of the resource.
    package var resource: String?
    /// Milliseconds since 1970, inclusive.
    package var since: Int64?
    /// Milliseconds since 1970, exclusive.
    package var until: Int64?

    package init(
        action: AuditAction? = nil, result: AuditResult? = nil, principal: String? = nil, resource: String? = nil,
        since: Int64? = nil, until: Int64? = nil
    ) {
        self.action = action
        self.result = result
        self.principal = principal
        self.resource = resource
        self.since = since
        self.until = until
    }
}
