import SwiftASN1
import X509

/// Exactly the extensions of a leaf, each once; only key usage is critical.
struct ExtensionSetLint: Lint {
    let name = "extension_set"
    let citation = "RFC 5280 §4.2"

    private static let expected: Set<ASN1ObjectIdentifier> = [
        .X509ExtensionID.subjectKeyIdentifier, .X509ExtensionID.authorityKeyIdentifier, .X509ExtensionID.keyUsage,
        .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.authorityInformationAccess,
        crlDistributionPoints,
    ]

    func check(_ subject: LintSubject) -> String? {
        let found = Array(subject.certificate.extensions)
        guard found.count == Self.expected.count, Set(found.map(\.oid)) == Self.expected else {
            return "the extensions are \(found.map { "\($0.oid)" }.joined(separator: ", "))"
        }
        for one in found where one.critical != (one.oid == .X509ExtensionID.keyUsage) { return "wrong criticality of \(one.oid)" }
        return nil
    }
}

/// 2.5.29.31, which the decoder has no name for.
let crlDistributionPoints: ASN1ObjectIdentifier = [2, 5, 29, 31]
