import PKI

/// O, OU, CN in this order, as planned, each at most once, each a UTF8String.
struct SubjectLint: Lint {
    let name = "subject"
    let citation = "RFC 5280 §4.1.2.6"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        let names = subject.plan.names
        let expected: [(ObjectIdentifierDER, String?)] = [
            (.organization, names.organization), (.organizationalUnit, names.organizationalUnit), (.commonName, names.commonName),
        ]
        var found = subject.certificate.subject
        for case (let type, let value?) in expected {
            guard !found.isAtEnd else { return "an attribute is missing" }
            guard try isUTF8String(&found, type: type, of: value) else { return "an attribute is not as planned" }
            guard value.unicodeScalars.count <= 64, !value.unicodeScalars.contains("\0") else {
                return "an attribute is too long or has a NUL"
            }
        }
        return found.isAtEnd ? nil : "there are more attributes than planned"
    }

    /// Octet for octet: two texts that Unicode calls equal are different names to a broker.
    private func isUTF8String(_ name: inout DERReader, type: ObjectIdentifierDER, of text: String) throws(DERError) -> Bool {
        var relative = try name.open(0x31)
        var attribute = try relative.open(0x30)
        guard relative.isAtEnd, try attribute.nextIs(type) else { return false }
        let value = try attribute.next()
        return attribute.isAtEnd && value.tag == 0x0C && attribute.bytes[value.content].elementsEqual(text.utf8)
    }
}
