import Access
import Authority
import HTTPFront
import HummingbirdCore

extension VaultAPI {
    /// A permit for the sender of the request.
    func permit(
        _ request: Request, _ context: APIRequestContext, _ action: Action, profile: String? = nil, object: String
    ) async throws -> Permit {
        let principal = try await context.principal(of: request)
        return try await authority.permit(principal, action, profile: profile, object: object)
    }

    /// A permit to renew: the client certificate decides, whatever token came with it. A restored ledger may have forgotten the certificate.
    func renewalPermit(_ request: Request, _ context: APIRequestContext) async throws -> Permit {
        let holder = try await context.certificateHolder(of: request) { try await authority.adoptForRenewal($0) }
        return try await authority.permit(holder, .renew, object: holder.auditName)
    }
}
