import PKI

/// Exactly the planned names, in order.
struct AlternativeNameLint: Lint {
    let name = "subject_alternative_name"
    let citation = "RFC 5280 §4.2.1.6"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .subjectAltName) else { return "missing" }
        var list = try value.open(0x30)
        try value.requireEnd()
        for planned in subject.plan.names.names {
            guard !list.isAtEnd else { return "a planned name is missing" }
            guard GeneralName(try list.next(), in: list.bytes) == planned else { return "the names are not as planned" }
        }
        return list.isAtEnd ? nil : "there are more names than planned"
    }
}
