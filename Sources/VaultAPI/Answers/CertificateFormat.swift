import HTTPTypes
import APISchema
import Foundation
import HTTPFront
import PKI

/// Vault's `format` of sign and issue.
enum CertificateFormat: String, CaseIterable {
    case pem, der
    case pemBundle = "pem_bundle"

    init(_ fields: RequestFields) throws {
        let text = try fields.string("format") ?? "pem"
        guard let format = Self(rawValue: text) else {
            throw APIFailure(
                .badRequest, code: "unknown_format", summary: "there is no format '\(text.prefix(40))'",
                remedy: "use \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = format
    }

    /// DER as base64, or the key, the certificate and its chain (without the root) in one PEM text.
    func applied(to answer: SignedCertificate) throws -> SignedCertificate {
        var answer = answer
        switch self {
        case .pem: break
        case .der:
            answer.certificate = try base64(answer.certificate)
            answer.issuingCA = try base64(answer.issuingCA)
            answer.caChain = try answer.caChain.map(base64)
            answer.privateKey = try answer.privateKey.map(base64)
        case .pemBundle:
            answer.certificate = ([answer.privateKey, answer.certificate].compactMap { $0 } + answer.caChain.dropLast()).joined(
                separator: "\n")
        }
        return answer
    }

    private func base64(_ pem: String) throws -> String {
        guard let block = try PEM.decode(pem).first else { throw InvalidPEM.noBlock }
        return Data(block.der).base64EncodedString()
    }
}
