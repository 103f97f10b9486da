import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger

/// Tokens of somebody else's: found and ended by secret or accessor.
extension VaultAPI {
    func addOtherTokenRoutes(to tokens: inout RouteGroup) {
        tokens.write("lookup") { try await lookup($0, $1, field: "token") { .secret($0) } }
        tokens.write("lookup-accessor") { try await lookup($0, $1, field: "accessor") { .accessor($0) } }
        tokens.write("revoke") { request, context in
            // As in Vault: a token that is not there is revoked.
            _ = try await revoke(request, context, field: "token") { .secret($0) }
            return .noContent
        }
        tokens.write("revoke-accessor") { request, context in
            guard try await revoke(request, context, field: "accessor", { .accessor($0) }) != nil else { throw unknown(.badRequest) }
            return .noContent
        }
    }

    private func lookup(
        _ request: Request, _ context: APIRequestContext, field: String, _ reference: (String) -> TokenReference
    ) async throws -> Response {
        let (reference, permit, warnings) = try await asked(request, context, .tokenLookup, field, reference)
        let token = try await authority.token(reference, permit: permit)
        guard let token else { throw unknown(.forbidden) }
        return .envelope(TokenAnswer(token, now: now()), warnings: warnings, context: context)
    }

    private func revoke(
        _ request: Request, _ context: APIRequestContext, field: String, _ reference: (String) -> TokenReference
    ) async throws -> TokenRecord? {
        let (reference, permit, _) = try await asked(request, context, .tokenRevoke, field, reference)
        return try await authority.revokeToken(reference, permit: permit)
    }

    private func asked(
        _ request: Request, _ context: APIRequestContext, _ action: Action, _ field: String, _ reference: (String) -> TokenReference
    ) async throws -> (TokenReference, Permit, warnings: [String]) {
        let fields = try RequestFields(try await context.body(of: request))
        let text = try fields.required(field, remedy: "send the \(field) of the token that is meant")
        return (reference(text), try await permit(request, context, action, object: "token"), fields.warnings)
    }

    private func unknown(_ status: HTTPResponse.Status) -> APIFailure {
        APIFailure(
            status, code: "bad_token", summary: "bad token: there is no such token",
            remedy: "look for its accessor in the audit log (ca-client audit --action token_create)")
    }
}
