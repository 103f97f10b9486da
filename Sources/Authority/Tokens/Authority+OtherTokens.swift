package import Access
package import Ledger
import PKI

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
