import Access
import Authority
package import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import NIOCore

private let tokenField = HTTPField.Name("X-Vault-Token")

extension VaultAPI {
    /// Who sent the request; a wrong credential is refused and counted.
    func principal(_ request: Request, _ context: APIRequestContext) async throws -> Principal {
        let principal = try await authenticated(request, context) { try await authenticator.principal($0, now: now()) }
        context.showed(principal.credential.proven)
        return principal
    }

    /// Whether a good token came with the request, and no ticket. None of its uses is spent; a wrong one is counted, and not refused.
    func showsGoodToken(_ request: Request, _ context: APIRequestContext) async -> Bool {
        guard presentedToken(request) != nil else { return false }
        do {
            let credential = try await authenticated(request, context) { try await authenticator.recognise($0, now: now()) }
            context.showed(credential.proven)
            return if case .token(let token) = credential { token.ticket == nil } else { false }
        } catch { return false }
    }

    /// The body of somebody whose credential in the head is good: of others nothing is kept.
    ///
    /// The principal itself is found again with the permit; a token with a number of uses spends one only there.
    func body(_ request: Request, _ context: APIRequestContext) async throws -> ByteBuffer {
        _ = try await authenticated(request, context) { try await authenticator.recognise($0, now: now()) }
        return try await request.collectBody(limit: bodyLimit, for: context)
    }

    /// Whether a client certificate is a credential at this moment.
    package func standing(ofCertificate der: [UInt8]) async -> CertificateStanding {
        let shown = Authenticator.Presented(token: nil, certificate: der, ipAddress: "", userAgent: "")
        do throws(AuthenticationFailure) {
            try await authenticator.recognise(shown, now: now())
            return .good
        } catch {
            return error.refusal.map { .refused(code: $0.code) } ?? .unknown
        }
    }

    /// A permit for whoever sent the request.
    func permit(
        _ request: Request, _ context: APIRequestContext, _ action: Action, profile: String? = nil, object: String
    ) async throws -> Permit {
        let principal = try await principal(request, context)
        return try await authority.permit(principal, action, profile: profile, object: object)
    }

    /// A permit to renew: the client certificate decides, whatever token came with it.
    func renewalPermit(_ request: Request, _ context: APIRequestContext) async throws -> Permit {
        let holder = try await authenticated(request, context) { shown in
            do {
                return try await authenticator.certificateHolder(shown, now: now())
            } catch AuthenticationFailure.refused(.certificateUnknown) {
                // A restored ledger may have forgotten it.
                guard try await authority.adoptForRenewal(shown) else {
                    throw AuthenticationFailure.refused(.certificateUnknown)
                }
                return try await authenticator.certificateHolder(shown, now: now())
            }
        }
        context.showed(holder.credential.proven)
        return try await authority.permit(holder, .renew, object: holder.auditName)
    }

    private func authenticated<Value>(
        _ request: Request, _ context: APIRequestContext, _ body: (Authenticator.Presented) async throws -> Value
    ) async throws -> Value {
        let presented = presented(request, context)
        do {
            return try await body(presented)
        } catch AuthenticationFailure.ledger(let error) {
            throw AuthorityError.ledger(error)
        } catch let failure as AuthenticationFailure {
            context.showed(nil)
            await authority.auditFailedAuthentication(presented, failure)
            throw AuthorityError.access(failure.refusal ?? .tokenInvalid)
        }
    }

    /// The token: Vault's header first, then the standard one (RFC 6750 §2.1).
    func presentedToken(_ request: Request) -> String? {
        var token = tokenField.flatMap { request.headers.value(of: $0) }
        if token?.isEmpty ?? true, let field = request.headers.value(of: .authorization), field.lowercased().hasPrefix("bearer ") {
            token = String(field.dropFirst(7))
        }
        return token.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func presented(_ request: Request, _ context: APIRequestContext) -> Authenticator.Presented {
        Authenticator.Presented(
            token: presentedToken(request), certificate: context.peerCertificateDER, ipAddress: context.remoteAddress,
            userAgent: String((request.headers.value(of: .userAgent) ?? "").prefix(200)))
    }
}

extension Principal.Credential {
    /// What its connection is known by from now on. Of a ticket no more than the next request is expected.
    fileprivate var proven: ProvenCredential? {
        switch self {
        case .anonymous: nil
        case .token(let token): token.ticket == nil ? .token(token.accessor) : nil
        case .certificate(let certificate): .certificate(der: certificate.der)
        }
    }
}
