import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger

private let tokenField = HTTPField.Name("X-Vault-Token")

extension VaultAPI {
    /// Who sent the request; a wrong credential is refused and counted.
    func principal(_ request: Request, _ context: APIRequestContext) async throws -> Principal {
        try await authenticated(presented(request, context)) { try await authenticator.principal($0, now: now()) }
    }

    /// Whether a good token came with the request, and no ticket. A wrong one is counted, and not refused.
    func showsGoodToken(_ request: Request, _ context: APIRequestContext) async -> Bool {
        guard presentedToken(request) != nil else { return false }
        do {
            return try await principal(request, context).token.map { $0.ticket == nil } ?? false
        } catch { return false }
    }

    /// Refuses those who show nothing, before their body is decoded: for endpoints whose permit depends on it.
    ///
    /// The principal itself is found again with the permit; a token with a number of uses spends one only there.
    func requireCredential(_ request: Request, _ context: APIRequestContext) async throws {
        let shown = presented(request, context)
        guard shown.token == nil && shown.certificate == nil else { return }
        await authority.auditFailedAuthentication(shown, .credentialMissing)
        throw APIFailure(AuthorityError.access(.credentialMissing))
    }

    /// A permit for whoever sent the request.
    func permit(
        _ request: Request, _ context: APIRequestContext, _ action: Action, profile: String? = nil, object: String
    ) async throws -> Permit {
        let principal = try await principal(request, context)
        return try await failing { () async throws(AuthorityError) in
            try await authority.permit(principal, action, profile: profile, object: object)
        }
    }

    /// A permit to renew: the client certificate decides, whatever token came with it.
    func renewalPermit(_ request: Request, _ context: APIRequestContext) async throws -> Permit {
        let holder = try await authenticated(presented(request, context)) { shown in
            do {
                return try await authenticator.certificateHolder(shown, now: now())
            } catch AuthenticationFailure.refused(.certificateUnknown) {
                // A restored ledger may have forgotten it.
                guard try await failing({ () async throws(AuthorityError) in try await authority.adoptForRenewal(shown) }) else {
                    throw AuthenticationFailure.refused(.certificateUnknown)
                }
                return try await authenticator.certificateHolder(shown, now: now())
            }
        }
        return try await failing { () async throws(AuthorityError) in
            try await authority.permit(holder, .renew, object: holder.auditName)
        }
    }

    private func authenticated(
        _ presented: Authenticator.Presented, _ body: (Authenticator.Presented) async throws -> Principal
    ) async throws -> Principal {
        do {
            return try await body(presented)
        } catch AuthenticationFailure.refused(let refusal) {
            await authority.auditFailedAuthentication(presented, refusal)
            throw APIFailure(AuthorityError.access(refusal))
        } catch AuthenticationFailure.ledger(let error) {
            throw APIFailure(AuthorityError.ledger(error))
        }
    }

    /// The token: Vault's header first, then the standard one (RFC 6750 §2.1).
    func presentedToken(_ request: Request) -> String? {
        var token = tokenField.flatMap { request.headers[$0] }
        if token?.isEmpty ?? true, let field = request.headers[.authorization], field.lowercased().hasPrefix("bearer ") {
            token = String(field.dropFirst(7))
        }
        return token.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func presented(_ request: Request, _ context: APIRequestContext) -> Authenticator.Presented {
        Authenticator.Presented(
            token: presentedToken(request), certificate: context.peerCertificateDER, ipAddress: context.remoteAddress,
            userAgent: String((request.headers[.userAgent] ?? "").prefix(200)))
    }
}
