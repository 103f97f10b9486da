import SwiftASN1
import X509

/// What the extensionRequest attribute of a PKCS#10 request asks for (RFC 2985 §5.4.2).
struct RequestedExtensions {
    var names: [GeneralName] = []
    var requestsCA = false
    var unknownCritical: [String] = []

    init(_ request: CertificateSigningRequest) throws(InvalidSigningRequest) {
        do {
            for requested in try request.attributes.extensionRequest?.extensions ?? Certificate.Extensions([]) { try read(requested) }
        } catch {
            throw .malformed(reason: explanation(of: error))
        }
    }

    private mutating func read(_ requested: Certificate.Extension) throws {
        switch requested.oid {
        case .X509ExtensionID.subjectAlternativeName:
            names = try SubjectAlternativeNames(requested).map { GeneralName($0) }
        case .X509ExtensionID.basicConstraints:
            if case .isCertificateAuthority = try BasicConstraints(requested) { requestsCA = true }
        case .X509ExtensionID.keyUsage:
            let usage = try KeyUsage(requested)
            if usage.keyCertSign || usage.cRLSign { requestsCA = true }
        case .X509ExtensionID.extendedKeyUsage:
            break
        default:
            if requested.critical { unknownCritical.append(String(describing: requested.oid)) }
        }
    }
}
