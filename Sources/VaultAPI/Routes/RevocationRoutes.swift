import Access
import APISchema
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import PKI

extension VaultAPI {
    func addRevocationRoutes(to pki: inout RouteGroup) {
        pki.write("revoke", use: revoke)
        pki.write("search", use: search)
    }

    private func revoke(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await context.body(of: request)
        let fields = try RequestFields(body)
        let order = try revokeOrder(fields)
        let permit = try await permit(request, context, .revoke, object: order.serialNumber.description)
        do throws(AuthorityError) {
            let receipt = try await authority.revoke(order, permit: permit)
            let warnings = receipt.alreadyRevoked ? ["the certificate was revoked before; its first date and reason stay"] : []
            return .envelope(RevokedCertificate(receipt), warnings: warnings + fields.warnings, context: context)
        } catch {
            guard case .ledger(.certificateExpired(let serial)) = error else { throw error }
            // As Vault: no failure, but nothing was done.
            let warning = "the certificate \(serial) has expired; it is not revoked"
            return .envelope(RevokedCertificate?.none, warnings: [warning] + fields.warnings, context: context)
        }
    }

    private func revokeOrder(_ fields: RequestFields) throws -> RevokeOrder {
        let reason = try reason(fields)
        let suspend = try fields.bool("suspend")
        // Two names for one thing can differ, and nobody sees afterwards which was meant: refused as Vault refuses it, in its words.
        switch (try fields.string("serial_number"), try fields.string("certificate")) {
        case (let serial?, nil): return RevokeOrder(serialNumber: try parsedSerialNumber(serial), reason: reason, suspend: suspend)
        case (nil, let pem?):
            let document = try presentedCertificate(pem)
            return RevokeOrder(serialNumber: document.serialNumber, der: document.der, reason: reason, suspend: suspend)
        case (nil, nil):
            throw APIFailure(
                .badRequest, code: "field_missing", summary: "The serial number or certificate to revoke must be provided.",
                remedy: "send serial_number, or certificate in PEM")
        case (.some, .some):
            throw APIFailure(
                .badRequest, code: "malformed_request", summary: "Must provide either the certificate or the serial to revoke; not both.",
                remedy: "leave serial_number or certificate out")
        }
    }

    private func presentedCertificate(_ pem: String) throws -> CertificateDocument {
        do throws(InvalidCertificate) {
            return try CertificateDocument(pem: pem)
        } catch {
            throw APIFailure(.badRequest, code: "malformed_certificate", summary: error.summary, remedy: error.remedy)
        }
    }

    private func reason(_ fields: RequestFields) throws -> RevocationReason {
        guard let name = try fields.string("reason") else { return .unspecified }
        guard let reason = RevocationReason(name: name) else { throw AuthorityError.request(.unknownReason(name)) }
        return reason
    }

    private func search(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await context.body(of: request)
        let permit = try await permit(request, context, .search, object: "certificates")
        let fields = try RequestFields(body)
        let filter = try certificateFilter(try fields.object("filter") ?? RequestFields([:]))
        let limit = try SearchLimit.read(try fields.integer("limit").map(String.init), default: 100)
        let after = try fields.string("after").map(parsedSerialNumber)
        let found = try await authority.search(filter, after: after, limit: limit, permit: permit)
        let moment = now()
        let certificates = found.rows.map { CertificateSummary($0, now: moment) }
        return .envelope(
            SearchResult(certificates: certificates, next: found.next?.description), warnings: fields.warnings, context: context)
    }

    /// A search with a misspelt field would find too much: unknown ones are refused here.
    private func certificateFilter(_ fields: RequestFields) throws -> CertificateFilter {
        let known = SearchFilter.CodingKeys.allCases.map(\.rawValue)
        if let unknown = fields.unknown(known).first {
            throw APIFailure(
                .badRequest, code: "unknown_filter", summary: "there is no filter '\(unknown.prefix(40))'",
                remedy: "use \(known.joined(separator: ", "))")
        }
        var state: CertificateFilter.State?
        func text(_ name: String) throws -> String? { try fields.string(name).map { try bounded($0, name: name) } }
        if let text = try text("state") {
            state = CertificateFilter.State(rawValue: text)
            guard state != nil else {
                throw APIFailure(
                    .badRequest, code: "unknown_state", summary: "there is no state '\(text.prefix(40))'",
                    remedy: "use \(CertificateFilter.State.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        return CertificateFilter(
            profile: try text("profile"), issuer: try text("issuer"), organization: try text("organization"), type: try text("type"),
            commonName: try text("common_name").map(asciiLowercased), name: try text("name"),
            state: state, expiresBefore: try fields.integer("expires_before").map { UnixTime($0) })
    }
}
