import PKI

/// Picks each subject attribute from ticket, CSR or request, in that order, and refuses contradictions.
struct SubjectResolver {
    /// A subject attribute that ticket, CSR and request may give.
    enum Attribute: String {
        case commonName = "common name"
        case organization
        case organizationalUnit = "organizational unit"
    }

    private let subject: RequestedSubject?
    private let source: String
    /// True for a renewal: an attribute that the presented certificate lacks cannot be added.
    private let isClosed: Bool
    private(set) var warnings: [String] = []

    init(_ request: NameRequest) {
        subject = request.csr?.subject
        source = request.decided.source
        isClosed = request.decided.names != nil
        if let others = subject?.others, !others.isEmpty {
            warnings.append("subject attributes of the CSR that no profile uses were left out: \(others.joined(separator: ", "))")
        }
    }

    /// The value of an attribute: the decided one, else the CSR's, else the request's. A CSR that contradicts a decided value is refused.
    /// - Parameter canonical: how two spellings of one value are made equal.
    mutating func agreed(
        _ attribute: Attribute, decided: String?, asked: String?, canonical: (String) -> String? = { $0 }
    ) throws(IssuanceRefusal) -> String? {
        let (oid, values) = values(of: attribute)
        if let subject, !subject.unreadable.isEmpty, subject.unreadable.contains(oid.description) {
            throw .csr(.unreadableName(oid.description))
        }
        guard values.count <= 1 else { throw .severalValues(attribute.rawValue, values) }
        let said = values.first.flatMap { $0.isEmpty ? nil : $0 }
        if let decided {
            for other in [said, asked].compactMap({ $0 }) where (canonical(other) ?? other) != (canonical(decided) ?? decided) {
                throw .disagreement(attribute.rawValue, said: other, decided: decided, source: source)
            }
            return decided
        }
        if isClosed, let other = said ?? asked {
            throw .disagreement(attribute.rawValue, said: other, decided: "", source: source)
        }
        if let said, let asked, (canonical(said) ?? said) != (canonical(asked) ?? asked) {
            warnings.append("the \(attribute.rawValue) of the CSR was used, the one of the request was not: \(asked)")
        }
        return said ?? asked
    }

    /// Checks the upper bounds of RFC 5280 appendix A (`ub-common-name` and its like: 64 characters), and refuses invisible characters.
    static func checkText(_ text: String, _ attribute: Attribute) throws(IssuanceRefusal) {
        if let invisible = firstInvisible(in: text) { throw .invisibleCharacter(attribute.rawValue, text, invisible) }
        guard !text.isEmpty, text.unicodeScalars.count <= 64, text.first != " ", text.last != " " else {
            throw .malformedText(attribute.rawValue, text)
        }
    }

    private func values(of attribute: Attribute) -> (ObjectIdentifierDER, [String]) {
        switch attribute {
        case .commonName: (.commonName, subject?.commonName ?? [])
        case .organization: (.organization, subject?.organization ?? [])
        case .organizationalUnit: (.organizationalUnit, subject?.organizationalUnit ?? [])
        }
    }
}
