import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Issuance
import NIOCore
import PKI

extension VaultAPI {
    func addIssuerRoutes(to pki: inout RouteGroup) {
        pki.get("ca", limit: .address(.public)) { request, _ in der(issuers.standard.certificate.der, request) }
        pki.get("ca/pem", limit: .address(.public)) { request, _ in pem(issuers.standard.certificate.pem, request) }
        pki.get("ca_chain", limit: .address(.public)) { request, _ in pem(issuers.standard.chain.map(\.pem).joined(), request) }
        pki.get("crl", limit: .address(.crl)) { request, _ in crlDER(issuers.standard, request) }
        pki.get("crl/pem", limit: .address(.crl)) { request, _ in crlPEM(issuers.standard, request) }
        pki.list("issuers", limit: .address(.public), use: listIssuers)
        pki.get("issuer/{ref}", use: issuer)
        pki.get("issuer/{ref}/json", limit: .address(.public), use: issuerJSON)
        pki.get("issuer/{ref}/der", limit: .address(.public)) { request, context in der(try found(context).certificate.der, request) }
        pki.get("issuer/{ref}/pem", limit: .address(.public)) { request, context in pem(try found(context).certificate.pem, request) }
        pki.get("issuer/{ref}/crl", limit: .address(.crl), use: issuerCRL)
        pki.get("issuer/{ref}/crl/der", limit: .address(.crl)) { request, context in crlDER(try found(context), request) }
        pki.get("issuer/{ref}/crl/pem", limit: .address(.crl)) { request, context in crlPEM(try found(context), request) }
    }

    private func found(_ context: APIRequestContext) throws -> IssuerDirectory.Entry {
        let reference = try context.parameter("ref")
        guard let entry = issuers.find(reference) else {
            throw APIFailure(
                .notFound, code: "unknown_issuer", summary: "there is no issuer '\(reference.prefix(80))'",
                remedy: "use \(issuers.entries.map(\.name).joined(separator: ", ")), an id, or default")
        }
        return entry
    }

    private func der(_ bytes: [UInt8], _ request: Request) -> Response {
        .document(ByteBuffer(bytes: bytes), contentType: ContentType.certificate, to: request)
    }

    private func pem(_ text: String, _ request: Request) -> Response {
        .document(ByteBuffer(string: text), contentType: ContentType.pemChain, to: request)
    }

    private func crlDER(_ entry: IssuerDirectory.Entry, _ request: Request) -> Response {
        guard let list = issuers.revocationList(of: entry, pem: false) else { return .noContent }
        return .document(list.body, contentType: ContentType.revocationList, to: request)
    }

    private func crlPEM(_ entry: IssuerDirectory.Entry, _ request: Request) -> Response {
        guard let list = issuers.revocationList(of: entry, pem: true) else { return .noContent }
        return .document(list.body, contentType: ContentType.pemFile, to: request)
    }

    private struct IssuerList: Codable, Sendable {
        struct Info: Codable, Sendable {
            var issuer_name: String
            var is_default: Bool
            var serial_number: String
            var key_id: String
        }
        var keys: [String]
        var key_info: [String: Info]
    }

    private func listIssuers(_ request: Request, _ context: APIRequestContext) throws -> Response {
        let keys = try Page(request).keys(of: issuers.entries.map(\.id))
        guard !keys.isEmpty else { throw APIFailure.emptyList }
        let info = issuers.entries.filter { keys.contains($0.id) }.map { entry in
            let info = IssuerList.Info(
                issuer_name: entry.name, is_default: entry.name == issuers.standard.name,
                serial_number: entry.certificate.serialNumber.description, key_id: entry.keyID)
            return (entry.id, info)
        }
        let list = IssuerList(keys: keys, key_info: Dictionary(info) { first, _ in first })
        return .envelope(list, context: context)
    }

    private struct IssuerAnswer: Codable, Sendable {
        var issuer_id: String
        var issuer_name: String
        var key_id: String
        var certificate: String
        var ca_chain: [String]
        var manual_chain = JSONNull()
        var leaf_not_after_behavior = "err"
        var usage: String
        var revocation_signature_algorithm = ""
        var issuing_certificates: [String]
        var crl_distribution_points: [String]
        var delta_crl_distribution_points: [String] = []
        var ocsp_servers: [String] = []
        var enable_aia_url_templating = false
        var revoked = false
    }

    private func issuer(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        _ = try await permit(request, context, .tokenSelf, object: "issuer")
        let entry = try found(context)
        let answer = IssuerAnswer(
            issuer_id: entry.id, issuer_name: entry.name, key_id: entry.keyID, certificate: trimmed(entry.certificate.pem),
            ca_chain: entry.chain.map { trimmed($0.pem) },
            usage: entry.state == .issuing ? "crl-signing,issuing-certificates,read-only" : "crl-signing,read-only",
            issuing_certificates: [entry.certificateURL],
            crl_distribution_points: [entry.crlURL])
        return .envelope(answer, context: context)
    }

    private struct PublicIssuer: Codable, Sendable {
        var certificate: String
        var ca_chain: [String]
        var issuer_id: String
        var issuer_name: String
    }

    private func issuerJSON(_ request: Request, _ context: APIRequestContext) throws -> Response {
        let entry = try found(context)
        let answer = PublicIssuer(
            certificate: trimmed(entry.certificate.pem), ca_chain: entry.chain.map { trimmed($0.pem) }, issuer_id: entry.id,
            issuer_name: entry.name)
        return .envelope(answer, context: context)
    }

    private func issuerCRL(_ request: Request, _ context: APIRequestContext) throws -> Response {
        guard let list = issuers.revocationList(of: try found(context), pem: true) else { return .noContent }
        return try .envelope(["crl": TextFromFile.mark], with: list, context: context)
    }
}
