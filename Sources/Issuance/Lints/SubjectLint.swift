import PKI
import SwiftASN1
import X509

/// O, OU, CN in this order, as planned, each once, each a UTF8String.
struct SubjectLint: Lint {
    let name = "subject"
    let citation = "RFC 5280 §4.1.2.6"

    func check(_ subject: LintSubject) -> String? {
        let names = subject.plan.names
        let expected: [(ASN1ObjectIdentifier, String?)] = [
            (.RDNAttributeType.organizationName, names.organization),
            (.RDNAttributeType.organizationalUnitName, names.organizationalUnit), (.RDNAttributeType.commonName, names.commonName),
        ]
        let wanted = expected.compactMap { type, value in value.map { (type, $0) } }
        let found = Array(subject.certificate.subject)
        guard found.count == wanted.count else { return "expected \(wanted.count) attributes, found \(found.count)" }
        for (name, (type, value)) in zip(found, wanted) {
            let attributes = Array(name)
            guard attributes.count == 1, attributes[0].type == type, isUTF8String(attributes[0].value, of: value) else {
                return "an attribute is not as planned"
            }
            guard value.unicodeScalars.count <= 64, !value.unicodeScalars.contains("\0") else {
                return "an attribute is too long or has a NUL"
            }
        }
        return nil
    }

    /// Octet for octet: two texts that Unicode calls equal are different names to a broker.
    private func isUTF8String(_ value: RelativeDistinguishedName.Attribute.Value, of text: String) -> Bool {
        guard let found = try? ASN1UTF8String(asn1Any: ASN1Any(value)) else { return false }
        return found.bytes.elementsEqual(text.utf8)
    }
}
