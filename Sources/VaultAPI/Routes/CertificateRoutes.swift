import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import NIOCore
import PKI

extension VaultAPI {
    func addCertificateRoutes(to pki: inout RouteGroup) {
        pki.get("cert/{serial}", use: certificate)
        pki.get("cert/{serial}/raw") { request, context in
            Response.document(ByteBuffer(bytes: try await der(context)), contentType: ContentType.certificate, to: request)
        }
        pki.get("cert/{serial}/raw/pem") { request, context in
            let pem = PEM.encode(try await der(context), type: "CERTIFICATE")
            return Response.document(ByteBuffer(string: pem), contentType: ContentType.pemChain, to: request)
        }
        pki.list("certs") { try await list($0, $1, revokedOnly: false) }
        pki.list("certs/revoked") { try await list($0, $1, revokedOnly: true) }
    }

    /// `data` of `cert/:serial`.
    private struct CertificateAnswer: Codable, Sendable {
        var certificate: String
        var ca_chain: [String]?
        var revocation_time: UnixTime
        var revocation_time_rfc3339: String
        var issuer_id: String
    }

    /// `data` of `cert/ca_chain`: Vault says the chain twice, as text.
    private struct ChainAnswer: Codable, Sendable {
        var certificate: String
        var ca_chain: String
        var revocation_time: UnixTime = 0
        var revocation_time_rfc3339 = ""
        var issuer_id: String

        init(_ issuer: IssuerDirectory.Entry) {
            certificate = trimmed(issuer.chain.map(\.pem).joined())
            ca_chain = certificate
            issuer_id = issuer.id
        }
    }

    private func certificate(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("serial")
        if name == "ca" { return .envelope(answer(trimmed(issuers.standard.certificate.pem)), context: context) }
        if name == "ca_chain" { return .envelope(ChainAnswer(issuers.standard), context: context) }
        if name == "crl" {
            guard let list = issuers.revocationList(of: issuers.standard, pem: true) else { throw APIFailure.notFound }
            return try .envelope(answer(TextFromFile.mark), with: list, context: context)
        }
        let record = try await record(context)
        let issuer = issuers.find(record.issuer)
        let answer = CertificateAnswer(
            certificate: trimmed(PEM.encode(record.der, type: "CERTIFICATE")), ca_chain: issuer?.chain.map { trimmed($0.pem) },
            revocation_time: record.revocation?.date ?? 0,
            revocation_time_rfc3339: record.revocation.map { $0.date.description } ?? "", issuer_id: issuer?.id ?? "")
        return .envelope(answer, context: context)
    }

    /// A thing of the default issuer that is no certificate of ours.
    private func answer(_ pem: String) -> CertificateAnswer {
        CertificateAnswer(
            certificate: pem, ca_chain: nil, revocation_time: 0, revocation_time_rfc3339: "", issuer_id: issuers.standard.id)
    }

    private func der(_ context: APIRequestContext) async throws -> [UInt8] {
        try await context.parameter("serial") == "ca" ? issuers.standard.certificate.der : record(context).der
    }

    private func record(_ context: APIRequestContext) async throws -> CertificateRecord {
        let serial = try context.serialNumber()
        let found = try await authority.certificate(serial)
        guard let found else {
            let unknown = AuthorityError.ledger(.certificateUnknown(serial))
            throw APIFailure(.notFound, code: unknown.code, summary: unknown.summary, remedy: unknown.remedy)
        }
        return found
    }

    private func list(_ request: Request, _ context: APIRequestContext, revokedOnly: Bool) async throws -> Response {
        let page = try Page(request)
        let permit = try await permit(request, context, .search, object: revokedOnly ? "certs/revoked" : "certs")
        let after = try page.after.map(parsedSerialNumber)
        let wanted = page.limit ?? .max
        let first = try await authority.serialNumbers(
            revokedOnly: revokedOnly, after: after, limit: min(wanted, SerialNumberStream.piece), permit: permit)
        guard first.count == SerialNumberStream.piece, wanted > first.count else {
            return try .keys(first.map(\.description), context: context)
        }
        let stream = SerialNumberStream(first: first, limit: wanted) { last, limit in
            try await authority.furtherSerialNumbers(revokedOnly: revokedOnly, after: last, limit: limit, permit: permit)
        }
        return try stream.response(context)
    }
}
