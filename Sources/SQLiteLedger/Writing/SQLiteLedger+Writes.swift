import GRDB
package import Ledger
import PKI

extension SQLiteLedger {
    package func record(_ issuance: IssuanceRecord, now: Int64) async throws(LedgerError) -> IssuanceOutcome {
        try await committer.perform { try IssuanceTransaction(group: $0, issuance: issuance, now: now).run() }
    }

    package func revoke(_ order: RevocationOrder) async throws(LedgerError) -> RevocationReceipt {
        try await committer.perform { try RevocationTransaction(group: $0, order: order).run() }
    }

    package func append(_ event: AuditEvent) async throws(LedgerError) {
        // What failed because nothing can be written need not wait to fail again.
        if event.result == .failed, let standstill = health.standstill { throw standstill }
        try await committer.perform { try $0.audit(event) }
    }

    package func create(_ token: TokenRecord, audit: AuditEvent) async throws(LedgerError) -> TokenRecord {
        try await committer.perform { group in
            var created = token
            created.displayName = token.displayName.storable
            created.id = try TokenTable(db: group.db).insert(created)
            let id = String(created.id)
            group.note(AuditFact.tokenEnds, "\(id):\(created.expiresAt)")
            if let uses = created.usesLeft { group.note(AuditFact.tokenUses, "\(id):\(uses)") }
            if created.revoked { group.note(AuditFact.revokedFamilies, id) }
            try group.audit(audit, adding: [(AuditFact.tokenID, id), (AuditFact.tokenSHA256, hexadecimal(created.digest))])
            return created
        }
    }

    package func renewToken(id: Int64, expiresAt: Int64, audit: AuditEvent) async throws(LedgerError) {
        try await committer.perform { group in
            let tokens = TokenTable(db: group.db)
            guard try !tokens.get(id: id).revoked else { throw LedgerError.tokenUnknown }
            // Before: a token that has ended does not bring itself back.
            if let acting = audit.actingToken { try tokens.requireAlive(id: acting, at: audit.timestamp / 1000) }
            try tokens.setExpiry(id: id, expiresAt: expiresAt, in: group)
            try group.audit(audit)
        }
        tokens.forget()
    }

    package func revokeToken(id: Int64, audit: AuditEvent) async throws(LedgerError) {
        try await committer.perform { group in
            let tokens = TokenTable(db: group.db)
            _ = try tokens.get(id: id)
            // Before: a token may end itself, or one that it descends from.
            if let acting = audit.actingToken { try tokens.requireAlive(id: acting, at: audit.timestamp / 1000) }
            try tokens.revoke(id: id, in: group)
            var event = audit
            event.actingToken = nil
            try group.audit(event)
        }
        tokens.forget()
    }

    package func revokeTokens(besides id: Int64, audit: AuditEvent) async throws(LedgerError) -> Int {
        let families = try await committer.perform { group in
            let tokens = TokenTable(db: group.db)
            let families = try tokens.families(besides: id)
            for first in families { try tokens.revoke(id: first, in: group) }
            try group.audit(audit)
            return families.count
        }
        tokens.forget()
        return families
    }

    package func suspend(_ name: IdentityName, now: Int64, audit: AuditEvent) async throws(LedgerError) -> IdentityRecord {
        try await committer.perform { group in
            let identities = IdentityTable(db: group.db)
            guard let identity = try identities.find(name) else { throw LedgerError.identityUnknown(name) }
            if identity.record.suspendedAt == nil { try identities.suspend(id: identity.id, date: now, in: group) }
            try group.audit(audit)
            return try identities.get(id: identity.id).record
        }
    }

    package func forgetIdempotencyKeys(now: Int64) async throws(LedgerError) {
        try await committer.perform { try IdempotencyTable(db: $0.db).forget(now: now) }
    }

    package func probeWriting() async throws(LedgerError) {
        try await committer.perform { try CounterTable(db: $0.db).rewrite() }
        health.probed()
    }

    package func spendUse(ofToken id: Int64, audit: AuditEvent) async throws(LedgerError) {
        try await committer.perform { group in
            let tokens = TokenTable(db: group.db)
            let token = try tokens.get(id: id)
            // A ticket's uses are spent by what it enrols.
            guard token.ticket == nil else { return }
            guard !token.revoked, token.usesLeft ?? 1 > 0 else { throw LedgerError.tokenUnknown }
            guard let left = try tokens.spendUse(id: id) else { return }
            group.note(AuditFact.tokenUses, "\(id):\(left)")
            try group.audit(audit)
        }
    }

    /// The number and the last sequence are taken in one transaction; the entries up to there never change, so that they can be read
    /// beside the writer, however many they are.
    package func reserveCRL(issuer: String, after sequence: Int64, now: Int64) async throws(LedgerError) -> CRLReservation {
        let (number, last) = try await committer.perform { group in
            (
                try CRLTable(db: group.db).takeNumber(issuer: issuer, now: now),
                try RevocationTable(db: group.db).lastSequence(issuer: issuer)
            )
        }
        let entries = try read { db in try RevocationTable(db: db).entries(issuer: issuer, after: sequence, through: last) }
        return CRLReservation(number: number, entries: entries)
    }

    package func recordPublication(_ crl: CRLRecord, audit: AuditEvent) async throws(LedgerError) {
        try await committer.perform { group in
            try CRLTable(db: group.db).record(crl)
            try group.audit(
                audit,
                adding: [
                    (AuditFact.issuer, crl.issuer), ("number", String(crl.number)), ("entries", String(crl.entryCount)),
                    (AuditFact.publicationSHA256, hexadecimal(crl.digest)),
                ])
        }
    }
}
