package import PKI

extension LedgerEngine {
    package func create(_ token: TokenRecord, audit: AuditEvent) async throws(LedgerError) -> TokenRecord {
        try await write { ledger in
            var created = token
            created.displayName = token.displayName.storable
            created.id = try ledger.insert(created)
            let id = String(created.id)
            ledger.trail.note(AuditFact.tokenEnds, "\(id):\(created.expiresAt.seconds)")
            if let uses = created.usesLeft { ledger.trail.note(AuditFact.tokenUses, "\(id):\(uses)") }
            if created.revoked { ledger.trail.note(AuditFact.revokedFamilies, id) }
            try ledger.audit(audit, adding: [(AuditFact.tokenID, id), (AuditFact.tokenSHA256, hexadecimal(created.digest))])
            return created
        }
    }

    package func renewToken(id: Int64, expiresAt: UnixTime, audit: AuditEvent) async throws(LedgerError) {
        try await write { ledger in
            guard try !ledger.known(token: id).revoked else { throw LedgerError.tokenUnknown }
            // Before: a token that has ended does not bring itself back.
            if let acting = audit.actingToken { try ledger.requireAlive(token: acting, at: UnixTime(milliseconds: audit.timestamp)) }
            ledger.trail.note(AuditFact.tokenEnds, "\(id):\(expiresAt.seconds)")
            try ledger.setExpiry(ofToken: id, expiresAt)
            try ledger.audit(audit)
        }
    }

    package func revokeToken(id: Int64, audit: AuditEvent) async throws(LedgerError) {
        try await write { ledger in
            _ = try ledger.known(token: id)
            // Before: a token may end itself, or one that it descends from.
            if let acting = audit.actingToken { try ledger.requireAlive(token: acting, at: UnixTime(milliseconds: audit.timestamp)) }
            try ledger.revoke(family: id)
            var event = audit
            event.actingToken = nil
            try ledger.audit(event)
        }
    }

    package func revokeTokens(besides id: Int64, audit: AuditEvent) async throws(LedgerError) -> Int {
        try await write { ledger in
            let families = try ledger.tokenFamilies(besides: id)
            for first in families { try ledger.revoke(family: first) }
            try ledger.audit(audit)
            return families.count
        }
    }

    package func spendUse(ofToken id: Int64, audit: AuditEvent) async throws(LedgerError) {
        try await write { ledger in
            let token = try ledger.known(token: id)
            // A ticket's uses are spent by what it enrols.
            guard token.ticket == nil else { return }
            guard !token.revoked, token.usesLeft ?? 1 > 0 else { throw LedgerError.tokenUnknown }
            guard token.usesLeft != nil else { return }
            try ledger.spendUse(of: token)
            try ledger.audit(audit)
        }
    }

    package func token(secretSHA256: [UInt8]) async throws(LedgerError) -> TokenRecord? {
        try read { try $0.token(secretSHA256: secretSHA256) }
    }

    package func token(accessor: String) async throws(LedgerError) -> TokenRecord? { try read { try $0.token(accessor: accessor) } }
}

extension LedgerTransaction {
    /// Revokes a token and all that descend from it; the next event tells it.
    fileprivate func revoke(family id: Int64) throws {
        trail.note(AuditFact.revokedFamilies, "\(id)")
        try revokeFamily(ofToken: id)
    }
}
