import Access
import APISchema
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Issuance
import PKI

private let idempotencyField = HTTPField.Name("Idempotency-Key")

extension VaultAPI {
    func addSigningRoutes(to pki: inout RouteGroup) {
        pki.write("sign/{role}", use: sign)
        pki.write("issue/{role}", use: issue)
        pki.write("issuer/{ref}/sign/{role}", use: sign)
        pki.write("issuer/{ref}/issue/{role}", use: issue)
        pki.write("renew", use: renew)
    }

    private func sign(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let role = try context.parameter("role")
        let permit = try await permit(request, context, .sign, profile: role, object: role)
        let fields = try RequestFields(try await request.collectBody(for: context))
        let csr = try fields.signingRequest()
        try fields.refuse("key_type", "key_bits", remedy: "the CSR brings its own key: leave the field out, or use \(mount)/issue/\(role)")
        try checkNaming(fields, csr: csr, permit)
        try checkIssuer(fields, context, permit)
        let order = IssuanceOrder(
            role: role, csr: csr, commonName: try fields.string("common_name"),
            organization: try fields.string("organization"), organizationalUnit: try fields.string("ou"),
            names: try fields.alternativeNames(), ttl: try fields.seconds("ttl"), idempotencyKey: try idempotencyKey(request))
        let format = try CertificateFormat(fields, makesKey: false)
        let certified = try await authority.certify(order, permit: permit)
        return try answer(certified, format: format, warnings: fields.warnings, context)
    }

    private func issue(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let role = try context.parameter("role")
        let permit = try await permit(request, context, .issue, profile: role, object: role)
        let fields = try RequestFields(try await request.collectBody(for: context))
        try fields.refuse("csr", remedy: "issue makes a new key: send the CSR to \(mount)/sign/\(role), or leave it out")
        try checkNaming(fields, csr: nil, permit)
        try checkIssuer(fields, context, permit)
        let order = IssuanceOrder(
            role: role, key: .generated(try fields.keyKind()), commonName: try fields.string("common_name"),
            organization: try fields.string("organization"), organizationalUnit: try fields.string("ou"),
            names: try fields.alternativeNames(), ttl: try fields.seconds("ttl"), idempotencyKey: try idempotencyKey(request))
        let format = try CertificateFormat(fields, makesKey: true)
        let certified = try await authority.certify(order, permit: permit)
        return try answer(certified, format: format, warnings: fields.warnings, context)
    }

    private func renew(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        // The handshake is the credential, so that the permit comes first; whether it still holds the ledger says when it writes.
        let permit = try await renewalPermit(request, context)
        let body = try await request.collectBody(for: context)
        let fields = try RequestFields(body)
        let csr = try fields.signingRequest()
        let ttl = try fields.seconds("ttl")
        let key = try idempotencyKey(request)
        let certified = try await authority.renew(csr, ttl: ttl, idempotencyKey: key, permit: permit)
        return try answer(certified, format: .standard, warnings: fields.warnings, context)
    }

    private func answer(
        _ certified: IssuanceResult, format: CertificateFormat, warnings: [String] = [], _ context: APIRequestContext
    ) throws -> Response {
        let warnings = certified.warnings + warnings
        guard format.isPlain, let issuer = issuers.find(certified.issuer.name) else {
            return .envelope(
                try format.applied(to: SignedCertificate(certified, keyForm: format.keyForm)), warnings: warnings, context: context)
        }
        return try SignedAnswer(
            certified: certified, requestID: context.requestID, warnings: warnings, issuerFields: issuer.signedFields,
            keyForm: format.keyForm
        ).response()
    }

    /// The name that the caller gave to its request (draft-ietf-httpapi-idempotency-key-header).
    private func idempotencyKey(_ request: Request) throws -> IdempotencyKey? {
        guard let text = idempotencyField.flatMap({ request.headers.value(of: $0) }) else { return nil }
        return try IdempotencyKey(text)
    }
}
