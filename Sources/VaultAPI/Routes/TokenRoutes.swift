import APISchema
import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import PKI

extension VaultAPI {
    func addTokenRoutes(to tokens: inout RouteGroup) {
        tokens.get("lookup-self", use: lookupSelf)
        tokens.write("create", use: create)
        tokens.write("renew-self", use: renewSelf)
        tokens.write("revoke-self", use: revokeSelf)
    }

    private func lookupSelf(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let permit = try await permit(request, context, .tokenSelf, object: "self")
        guard let token = permit.principal.token else { throw AuthorityError.access(.credentialMissing) }
        return .envelope(TokenAnswer(token, id: context.token(of: request) ?? "", now: now()), context: context)
    }

    private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await context.body(of: request)
        let fields = try RequestFields(body)
        let ticket = try fields.object("ticket").map(ticketScope)
        let permit = try await permit(
            request, context, ticket == nil ? .tokenCreate : .ticketCreate, profile: ticket?.profile, object: ticket?.profile ?? "token")
        try fields.checkTokenFields()
        let policies = try fields.strings("policies")
        let order = TokenOrder(
            displayName: try fields.string("display_name"), policies: policies.isEmpty ? nil : policies, ttl: try fields.seconds("ttl"),
            explicitMaxTTL: try fields.seconds("explicit_max_ttl"), renewable: try fields.bool("renewable") ?? true,
            uses: try fields.integer("num_uses").map { Int(clamping: $0) }, ticket: ticket,
            orphan: try fields.bool("no_parent") ?? false)
        let created = try await authority.createToken(order, permit: permit)
        return .auth(
            AuthBlock(created.record, secret: created.secret, now: now()), warnings: created.warnings + fields.warnings, context: context)
    }

    private func renewSelf(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await context.body(of: request)
        let permit = try await permit(request, context, .tokenSelf, object: "self")
        let fields = try RequestFields(body)
        let increment = try fields.seconds("increment")
        let token = try await authority.renewSelf(increment: increment, permit: permit)
        // The caller has the secret already; Vault repeats it, and its clients read it.
        let secret = context.token(of: request) ?? ""
        return .auth(AuthBlock(token, secret: secret, now: now()), warnings: fields.warnings, context: context)
    }

    private func revokeSelf(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let permit = try await permit(request, context, .tokenSelf, object: "self")
        try await authority.revokeSelf(permit: permit)
        return .noContent
    }

    private func ticketScope(_ fields: RequestFields) throws -> TicketScope {
        let remedy = "send ticket with profile and one of id and pattern"
        let subject: TicketScope.Subject
        switch (try fields.string("id"), try fields.string("pattern")) {
        case (let id?, nil): subject = .identity(id)
        case (nil, let pattern?): subject = .pattern(pattern)
        case (nil, nil), (.some, .some):
            throw APIFailure(
                .badRequest, code: "malformed_request", summary: "a ticket needs exactly one of 'id' and 'pattern'", remedy: remedy)
        }
        let scope = TicketScope(
            profile: try fields.required("profile", remedy: remedy), subject: subject, organization: try fields.string("organization"),
            type: try fields.string("type"), names: try fields.alternativeNames().map(\.description))
        // A misspelt bound would make a wider ticket.
        if let warning = fields.warnings.first {
            throw APIFailure(
                .badRequest, code: "malformed_request", summary: "'ticket' has fields that it does not know: \(warning)",
                remedy: "use profile, id or pattern, organization, type, alt_names, ip_sans, uri_sans")
        }
        return scope
    }
}

extension AuthBlock {
    fileprivate init(_ token: TokenRecord, secret: String, now: UnixTime) {
        self.init(
            clientToken: secret, accessor: token.accessor, policies: token.policies, metadata: nil,
            leaseDuration: Int(max(0, token.expiresAt - now)), renewable: token.maxTTL != nil, orphan: token.parentID == nil,
            numUses: token.usesLeft ?? 0)
    }
}

extension RequestFields {
    /// Refuses what tokens here cannot be, where a caller who was not told would take them for it. Vault's defaults are harmless: its
    /// command line sends all of them.
    func checkTokenFields() throws {
        try refuse("id", remedy: "leave it out: a token's secret is made here, and answered once")
        try refuse("entity_alias", remedy: "leave it out: there are no entities")
        if try seconds("period") != nil {
            throw APIFailure(
                .badRequest, code: "field_not_supported",
                summary: "field 'period' is not supported: no token lives for ever by renewing itself",
                remedy: "leave it out, and say explicit_max_ttl for how long the token may be renewed")
        }
        let type = try string("type") ?? "service"
        guard ["service", "default", "default-service"].contains(type) else {
            throw APIFailure(
                .badRequest, code: "field_not_supported", summary: "there are no tokens of type '\(type.prefix(40))'",
                remedy: "use service, or leave the field out")
        }
        // There is no policy that tokens get unasked.
        _ = try bool("no_default_policy")
    }
}
