import GRDB
import Ledger
import PKI

/// Compares identities, tokens and what depends on them with what the audit log tells of them.
struct ReplayCheck {
    let replay: Database
    let db: Database
    /// The newest certificate that an older program recorded, which did not tell of named requests.
    let lastUntoldCertificate: Int64
    /// What ends later has not been forgotten.
    let latest: UnixTime

    func firstFault() throws -> LedgerFault? {
        try identityFault() ?? organizationFault() ?? tokenFault() ?? ticketUseFault() ?? idempotencyFault() ?? missingClaimFault()
            ?? keyFault() ?? heldNameFault()
    }

    private func identityFault() throws -> LedgerFault? {
        try db.firstMatch("SELECT id, profile, name, suspended_at, suspended_after_token FROM identity ORDER BY id") { columns in
            let id = try columns.next(Int64.self)
            let name = IdentityName(profile: try columns.next(), name: try columns.next())
            let (suspended, after) = (try columns.nextOptional(Int64.self), try columns.nextOptional(Int64.self))
            let told = try replay.first("SELECT suspended_at, after_token, known, after_known FROM identity WHERE id = ?", [.integer(id)]) {
                columns in
                let (told, toldAfter) = (try columns.nextOptional(Int64.self), try columns.nextOptional(Int64.self))
                let (known, afterKnown) = (try columns.next(Int64.self), try columns.next(Int64.self))
                return (known == 0 || told == suspended, afterKnown == 0 || toldAfter == after)
            }
            guard let told else { return .stateDiffers(table: "identity", row: "\(name)", column: "id") }
            guard told.0 else { return .stateDiffers(table: "identity", row: "\(name)", column: "suspended_at") }
            return told.1 ? nil : .stateDiffers(table: "identity", row: "\(name)", column: "suspended_after_token")
        }
    }

    /// The first lineage whose certificate names an organization decides; certificates are bound to the log already.
    private func organizationFault() throws -> LedgerFault? {
        let sql = """
            SELECT i.profile, i.name FROM identity i WHERE i.organization IS NOT (
                SELECT c.organization FROM certificate c LEFT JOIN adoption a ON a.certificate_id = c.id
                WHERE c.identity_id = i.id AND c.generation = 1 AND c.organization IS NOT NULL AND a.aside IS NOT 1
                ORDER BY c.id LIMIT 1
            ) LIMIT 1
            """
        return try db.first(sql, []) { columns in
            let name = IdentityName(profile: try columns.next(), name: try columns.next())
            return .stateDiffers(table: "identity", row: "\(name)", column: "organization")
        }
    }

    private func tokenFault() throws -> LedgerFault? {
        // What a token says of tickets without being one is not read, and not bound to the log.
        let stray = "ticket_profile IS NULL AND coalesce(ticket_organization, ticket_type, ticket_names) IS NOT NULL"
        if let id: Int64 = try db.value("SELECT id FROM token WHERE \(stray) LIMIT 1") {
            return .stateDiffers(table: "token", row: "\(id)", column: "ticket_profile")
        }
        return try db.firstMatch("SELECT id, uses_left, expires_at, revoked FROM token ORDER BY id") { columns in
            let id = try columns.next(Int64.self)
            let (uses, end) = (try columns.nextOptional(Int64.self), try columns.next(Int64.self))
            let isRevoked = try columns.next(Int64.self)
            let sql = "SELECT uses, uses_exact, expires, revoked, revoked_known FROM token WHERE id = ?"
            let column: String?? = try replay.first(sql, [.integer(id)]) { columns in
                let (told, isExact) = (try columns.nextOptional(Int64.self), try columns.next(Int64.self) != 0)
                let toldEnd = try columns.nextOptional(Int64.self)
                let (revoked, known) = (try columns.next(Int64.self), try columns.next(Int64.self) != 0)
                // Fewer may be left than older rows tell, never more.
                let usesAgree = isExact ? told == uses : (told == nil) == (uses == nil) && uses ?? 0 <= told ?? 0
                if !usesAgree { return "uses_left" }
                if let toldEnd, toldEnd != end { return "expires_at" }
                return known && revoked != isRevoked ? "revoked" : nil
            }
            guard let column else { return .stateDiffers(table: "token", row: "\(id)", column: "id") }
            return column.map { .stateDiffers(table: "token", row: "\(id)", column: $0) }
        }
    }

    private func ticketUseFault() throws -> LedgerFault? {
        let sql = "SELECT token_id, spki_sha256, identity_id, certificate_id FROM ticket_use"
        var count: Int64 = 0
        let fault: LedgerFault? = try db.firstMatch(sql) { columns in
            let (token, key) = (try columns.next(Int64.self), try columns.next([UInt8].self))
            let (identity, certificate) = (try columns.next(Int64.self), try columns.next(Int64.self))
            count += 1
            let told: Int64? = try replay.value(
                "SELECT certificate FROM ticket_use WHERE token = ? AND spki = ? AND identity = ?", .integer(token), .blob(key),
                .integer(identity))
            return told == certificate ? nil : .stateDiffers(table: "ticket_use", row: "of token \(token)", column: "certificate_id")
        }
        return try fault ?? unaudited("ticket_use", count)
    }

    private func unaudited(_ table: String, _ stored: Int64) throws -> LedgerFault? {
        let told: Int64 = try replay.value("SELECT count(*) FROM \(table)") ?? 0
        return told == stored ? nil : .unaudited(table: table, audited: told, stored: stored)
    }

    private func idempotencyFault() throws -> LedgerFault? {
        let sql = "SELECT key_sha256, request_sha256, certificate_id, expires_at FROM idempotency"
        return try db.firstMatch(sql) { columns in
            let (key, request) = (try columns.next([UInt8].self), try columns.next([UInt8].self))
            let (certificate, end) = (try columns.next(Int64.self), try columns.next(UnixTime.self))
            let told: String? = try replay.value("SELECT sha256 FROM idempotency WHERE certificate = ?", .integer(certificate))
            let claim = IdempotencyClaim(keySHA256: key, requestSHA256: request, expiresAt: end)
            let isUntold = told == nil && certificate <= lastUntoldCertificate
            guard !isUntold, told != hexadecimal(claim.digest) else { return nil }
            return .stateDiffers(table: "idempotency", row: "of certificate \(certificate)", column: "request_sha256")
        }
    }

    /// Names are forgotten when their time is over, and not before.
    private func missingClaimFault() throws -> LedgerFault? {
        try replay.firstMatch("SELECT certificate FROM idempotency WHERE expires > ?", [.integer(latest)]) { columns in
            let certificate = try columns.next(Int64.self)
            let isThere = try db.hasRow("SELECT 1 FROM idempotency WHERE certificate_id = ?", .integer(certificate))
            return isThere ? nil : .stateDiffers(table: "idempotency", row: "of certificate \(certificate)", column: "certificate_id")
        }
    }

    /// Keys are compromised by the revocations that say so, and by orders that came when the certificate was revoked already.
    private func keyFault() throws -> LedgerFault? {
        let revoked = """
            SELECT c.spki_sha256 FROM revocation r JOIN certificate c ON c.id = r.certificate_id WHERE r.reason = ?
            """
        try db.forEach(revoked, [.integer(RevocationReason.keyCompromise.rawValue)]) { columns in
            try replay.change("INSERT OR IGNORE INTO compromised_key (spki) VALUES (?)", .blob(columns.next()))
        }
        var count: Int64 = 0
        let foreign: LedgerFault? = try db.firstMatch("SELECT spki_sha256 FROM compromised_key") { columns in
            count += 1
            let key = try columns.next([UInt8].self)
            return try replay.hasRow("SELECT 1 FROM compromised_key WHERE spki = ?", .blob(key))
                ? nil : .stateDiffers(table: "compromised_key", row: hexadecimal(key), column: "spki_sha256")
        }
        return try foreign ?? unaudited("compromised_key", count)
    }

    /// An identity holds the names of its certificates, which are bound to the log already: one name too few lets another identity have it, one too
    /// many keeps it from its holder.
    private func heldNameFault() throws -> LedgerFault? {
        try SQLiteRows(db).forEachHeldName { name, identity in
            try replay.change("INSERT OR IGNORE INTO held_name (name, identity) VALUES (?, ?)", .text(name), .integer(identity))
        }
        var count: Int64 = 0
        let foreign: LedgerFault? = try db.firstMatch("SELECT name, identity_id FROM held_name") { columns in
            count += 1
            let (name, identity) = (try columns.next(String.self), try columns.next(Int64.self))
            return try replay.hasRow("SELECT 1 FROM held_name WHERE name = ? AND identity = ?", .text(name), .integer(identity))
                ? nil : .stateDiffers(table: "held_name", row: "\(name) of identity \(identity)", column: "name")
        }
        return try foreign ?? unaudited("held_name", count)
    }
}
