package import PKI

/// Names of audit details that bind the other tables to the chain; `AuditCheck` compares them.
package enum AuditFact {
    package typealias Value = (name: String, value: String)

    /// Version of the facts: the row holds every change of its transaction. Rows of older programs have none.
    package static let version = "facts"
    package static let currentVersion = "2"
    /// Reason of the revocations.
    package static let reason = "reason"
    /// Of the certificate that was issued or named.
    package static let serial = "serial"
    /// Of the columns of a certificate that the event brought into the ledger.
    package static let recordSHA256 = "record_sha256"
    /// Number of certificates that the event revoked.
    package static let revokedCertificates = "revoked_certificates"
    /// Of the token that the event created.
    package static let tokenID = "token_id"
    /// Of the columns of a token that never change.
    package static let tokenSHA256 = "token_sha256"
    /// Serial number of the certificate that was presented in a fork.
    package static let forkPresented = "fork_presented"
    /// Serial number of the certificate that had taken its place.
    package static let forkCurrent = "fork_current"
    /// True when a new enrolment ends the line, and so the fork.
    package static let forkExclusive = "fork_exclusive"
    /// Of the columns of the revocations that the event brought into the ledger.
    package static let revocationsSHA256 = "revocations_sha256"
    /// True when an adopted certificate stands beside its identity's lineages.
    package static let aside = "aside"
    /// Identity, time and newest token of each suspension.
    package static let suspensions = "suspended"
    /// The ticket that paid for the certificate.
    package static let ticketID = "ticket_id"
    /// Token and uses that it has left.
    package static let tokenUses = "uses_left"
    /// Token and its end.
    package static let tokenEnds = "token_expires_at"
    /// Tokens that were revoked with all their descendants.
    package static let revokedFamilies = "revoked_tokens_of"
    /// The one token that a recovery left good.
    package static let keptToken = "kept_token"
    /// Time of a recovery, and the time since which records are lost.
    package static let recoveredAt = "recovered_at"
    package static let lostSince = "since"
    /// End of a named request's memory, and SHA-256 of the request's name and content.
    package static let idempotency = "idempotency"
    /// Of the columns of a published list's row.
    package static let publicationSHA256 = "crl_record_sha256"
    package static let issuer = "issuer"
    /// Before an issuer's name: what its CRL numbers and thisUpdates exceed after a recovery, and how long its forgotten certificates may live.
    package static let numberPrefix = "crl_numbers_above_"
    package static let datePrefix = "crl_dates_above_"
    package static let endPrefix = "forgotten_until_"
    /// Number of events that were written with the row.
    package static let events = "events"
    /// Names of those who receive events from then on.
    package static let receivers = "receivers"
}

/// The facts in the details of an audit row.
package struct AuditFacts {
    package let principal: String
    /// nil for what was refused, or failed.
    package let action: AuditAction?
    package let resource: String
    /// Milliseconds since 1970.
    package let timestamp: Int64
    package let details: [String: String]
    /// Sequences of the revocations that the row made: after the lower bound, up to and including the upper.
    package var revocations: ClosedRange<Int64> = 0...0

    /// - Parameter texts: the row's text columns in the order of `AuditChain.Row`; what is no UTF-8 is repaired.
    package init(timestamp: Int64, texts: [[UInt8]]) throws {
        let texts = texts.map { String(decoding: $0, as: UTF8.self) }
        self.timestamp = timestamp
        principal = texts[0]
        action = texts[3] == AuditResult.allowed.rawValue ? AuditAction(rawValue: texts[1]) : nil
        resource = texts[2]
        details = try JSONText.decode(from: texts[6])
    }

    /// True when the program that wrote the row put every fact into it.
    package var isComplete: Bool { details[AuditFact.version] == AuditFact.currentVersion }
    /// An adopted certificate that did not become its identity's newest lineage.
    package var isAside: Bool { details[AuditFact.aside] == "true" }

    package var serial: SerialNumber? { details[AuditFact.serial].flatMap { try? SerialNumber(text: $0) } }

    package func text(_ name: String) -> String? { details[name] }

    package func number(_ name: String) -> Int64? { details[name].flatMap { Int64($0) } }

    package func numbers(_ name: String) -> [Int64] { items(name).compactMap { $0.first ?? nil } }

    package func pairs(_ name: String) -> [(Int64, Int64)] {
        items(name).compactMap { item in
            guard item.count == 2, let first = item[0], let second = item[1] else { return nil }
            return (first, second)
        }
    }

    package func triples(_ name: String) -> [(Int64, Int64, Int64)] {
        items(name).compactMap { item in
            guard item.count == 3, let first = item[0], let second = item[1], let third = item[2] else { return nil }
            return (first, second, third)
        }
    }

    /// Numbers with colons between them, and blanks between the items.
    private func items(_ name: String) -> [[Int64?]] {
        (details[name] ?? "").split(separator: " ").map { $0.split(separator: ":").map { Int64($0) } }
    }
}
