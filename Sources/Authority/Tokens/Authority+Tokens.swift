package import Access
import Issuance
package import Ledger
import PKI

extension Authority {
    /// Creates a token or, with a scope, an enrolment ticket.
    package func createToken(_ order: TokenOrder, permit: Permit) async throws(AuthorityError) -> CreatedToken {
        do {
            var order = order
            try require(permit, order.ticket == nil ? .tokenCreate : .ticketCreate, profile: order.ticket?.profile)
            if let scope = order.ticket { order.ticket = try checked(scope, permit) }
            var generator = AnyGenerator(base: randomness.generator())
            let secret = TokenSecret(isTicket: order.ticket != nil, using: &generator)
            let (draft, warnings) = try draft(order, secret: secret, permit: permit, using: &generator)
            let event = permit.event(
                order.ticket == nil ? .tokenCreate : .ticketCreate, resource: draft.accessor, at: clock.milliseconds(),
                details: draft.auditDetails)
            let record = try await stored(draft, event)
            return CreatedToken(record: record, secret: secret.text, warnings: warnings)
        } catch {
            await auditRefusal(
                of: permit.principal, permit.action.audited, resource: order.displayName ?? "", code: error.code, result: error.auditResult)
            throw error
        }
    }

    /// Extends the caller's own token; returns it with its new end.
    package func renewSelf(increment: Int64?, permit: Permit) async throws(AuthorityError) -> TokenRecord {
        try require(permit, .tokenSelf)
        guard var token = permit.principal.token else { throw .access(.credentialMissing) }
        guard let maxTTL = token.maxTTL, token.ticket == nil else { throw .request(.tokenNotRenewable) }
        let wish = min(increment ?? (token.expiresAt - token.createdAt), TokenLimits.longestTTL)
        // A renewal never shortens what the token has.
        token.expiresAt = max(token.expiresAt, min(clock.now + wish, token.createdAt + maxTTL))
        let event = permit.event(.tokenRenew, resource: token.accessor, at: clock.milliseconds())
        do { try await ledger.renewToken(id: token.id, expiresAt: token.expiresAt, audit: event) } catch { throw .ledger(error) }
        return token
    }

    /// Ends the caller's own token at once.
    package func revokeSelf(permit: Permit) async throws(AuthorityError) {
        try require(permit, .tokenSelf)
        guard let token = permit.principal.token else { throw .access(.credentialMissing) }
        let event = permit.event(.tokenRevoke, resource: token.accessor, at: clock.milliseconds())
        do { try await ledger.revokeToken(id: token.id, audit: event) } catch { throw .ledger(error) }
    }

    private func stored(_ draft: TokenRecord, _ event: AuditEvent) async throws(AuthorityError) -> TokenRecord {
        do { return try await ledger.create(draft, audit: event) } catch { throw .ledger(error) }
    }

    private func draft(
        _ order: TokenOrder, secret: TokenSecret, permit: Permit, using generator: inout some RandomNumberGenerator
    ) throws(AuthorityError) -> (TokenRecord, [String]) {
        let now = clock.now
        let isTicket = order.ticket != nil
        var warnings: [String] = []
        let explicitMaxTTL = try self.explicitMaxTTL(order)
        let parent = try parent(of: order, permit: permit)
        let longest = try longestLife(of: order, parent: parent, now: now)
        let ttl = try lifetime(order, longest: longest, &warnings)
        let policies: [String]
        do { policies = isTicket ? [] : try permit.policies.access.grant(order.policies, by: permit) } catch { throw .access(error) }
        let uses = order.uses.flatMap { $0 == 0 ? nil : $0 }
        guard uses.map({ (1...TokenLimits.mostUses).contains($0) }) ?? true else {
            throw .request(.malformed(field: "num_uses", problem: "must be between 0 and \(TokenLimits.mostUses)"))
        }
        let maxTTL = order.renewable && !isTicket ? min(longest, max(ttl, explicitMaxTTL ?? TokenLimits.defaultMaxTTL)) : nil
        let name = try displayName(order)
        let record = TokenRecord(
            accessor: hexadecimal((0..<12).map { _ in UInt8.random(in: 0...255, using: &generator) }), secretSHA256: secret.sha256,
            displayName: name, policies: policies, ticket: order.ticket, createdAt: now, expiresAt: now + ttl, maxTTL: maxTTL,
            usesLeft: isTicket ? uses ?? 1 : uses, parentID: parent?.id)
        return (record, warnings)
    }

    /// The token that a new one descends from; nil for an orphan.
    private func parent(of order: TokenOrder, permit: Permit) throws(AuthorityError) -> TokenRecord? {
        // As in Vault: a token for a number of requests could otherwise make itself unlimited.
        guard permit.principal.token?.usesLeft == nil else { throw .request(.limitedTokenCreates) }
        guard order.orphan else { return permit.principal.token }
        do { try permit.policies.access.requireEverything(permit) } catch { throw .access(error) }
        return nil
    }

    /// Seconds that a new token may live: never longer than the one that creates it.
    private func longestLife(of order: TokenOrder, parent: TokenRecord?, now: UnixTime) throws(AuthorityError) -> Int64 {
        guard order.ticket == nil || order.policies == nil else {
            throw .request(.malformed(field: "policies", problem: "a ticket has none: it can enrol, and nothing else"))
        }
        let longest = order.ticket == nil ? TokenLimits.longestTTL : TokenLimits.longestTicketTTL
        return min(longest, parent.map { $0.expiresAt - now } ?? longest)
    }

    private func lifetime(_ order: TokenOrder, longest: Int64, _ warnings: inout [String]) throws(AuthorityError) -> Int64 {
        let wish = order.ttl ?? TokenLimits.defaultTTL
        guard wish > 0 else { throw .request(.malformed(field: "ttl", problem: "must be positive")) }
        let bound = min(longest, try explicitMaxTTL(order) ?? longest)
        if wish > bound { warnings.append("the ttl of \(wish) s was cut to \(bound) s") }
        return min(wish, bound)
    }

    /// Seconds, never beyond what any token may live; nil when the order names none (as in Vault, 0 names none).
    private func explicitMaxTTL(_ order: TokenOrder) throws(AuthorityError) -> Int64? {
        guard let wish = order.explicitMaxTTL, wish != 0 else { return nil }
        guard wish > 0 else { throw .request(.malformed(field: "explicit_max_ttl", problem: "must not be negative")) }
        return min(wish, TokenLimits.longestTTL)
    }

    /// Shown beside the accessor in the audit log: no name of a principal that is no token, and nothing that a reader cannot see.
    private func displayName(_ order: TokenOrder) throws(AuthorityError) -> String {
        let name = order.displayName ?? (order.ticket == nil ? "token" : "ticket")
        guard (1...64).contains(name.utf8.count), name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }),
            visible(name) == name
        else {
            throw .request(.malformed(field: "display_name", problem: "must be 1 to 64 visible characters without spaces"))
        }
        guard !TokenLimits.reservedNames.contains(name.lowercased()), !name.contains(":") else {
            throw .request(
                .malformed(
                    field: "display_name", problem: "'\(name)' reads like a principal of the audit log: choose another, without a colon"))
        }
        return name
    }
}

extension TokenRecord {
    /// Facts for the audit log: never the secret.
    fileprivate var auditDetails: [String: String] {
        var details = ["display_name": displayName, "expires_at": "\(expiresAt.seconds)"]
        if !policies.isEmpty { details["policies"] = policies.joined(separator: ",") }
        if let usesLeft { details["uses"] = "\(usesLeft)" }
        if let ticket {
            details["profile"] = ticket.profile
            if !ticket.names.isEmpty { details["names"] = ticket.names.joined(separator: ",") }
            switch ticket.subject {
            case .identity(let name): details["id"] = name
            case .pattern(let glob): details["pattern"] = glob
            }
        }
        return details
    }
}

/// A reference to a token by its secret or accessor.
package enum TokenReference: Sendable {
    case secret(String)
    case accessor(String)
}

extension Authority {
    /// A token, of the caller or another; nil when there is none, or it is revoked, ended or used up.
    package func token(_ reference: TokenReference, permit: Permit) async throws(AuthorityError) -> TokenRecord? {
        try require(permit, .tokenLookup)
        let token = try await found(reference, permit: permit)
        return token.flatMap { $0.isGood(at: clock.now) ? $0 : nil }
    }

    /// Revokes a token or ticket with its descendants, also those that are being made now; nil when there is none.
    package func revokeToken(_ reference: TokenReference, permit: Permit) async throws(AuthorityError) -> TokenRecord? {
        try require(permit, .tokenRevoke)
        guard let token = try await found(reference, permit: permit) else { return nil }
        let event = permit.event(
            .tokenRevoke, resource: token.accessor, at: clock.milliseconds(), details: ["display_name": token.displayName])
        do { try await ledger.revokeToken(id: token.id, audit: event) } catch { throw .ledger(error) }
        return token
    }

    private func found(_ reference: TokenReference, permit: Permit) async throws(AuthorityError) -> TokenRecord? {
        let token: TokenRecord?
        do throws(LedgerError) {
            switch reference {
            case .accessor(let accessor): token = try await ledger.token(accessor: accessor)
            case .secret(let text):
                let secret = TokenSecret(presented: text)
                token = if let secret { try await ledger.token(secretSHA256: secret.sha256) } else { nil }
            }
        } catch { throw .ledger(error) }
        guard let token else { return nil }
        do { try permit.policies.access.requireScope(of: token, permit) } catch {
            await auditRefusal(of: permit.principal, permit.action.audited, resource: token.accessor, code: error.code)
            throw .access(error)
        }
        return token
    }
}

extension TokenRecord {
    /// Neither revoked nor ended nor used up.
    fileprivate func isGood(at now: UnixTime) -> Bool { !revoked && now < expiresAt && usesLeft != 0 }
}
