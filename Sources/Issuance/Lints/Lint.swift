import PKI

/// One rule that a certificate, read back from its octets, must keep before the CA's key is used.
protocol Lint: Sendable {
    /// Short, snake_case.
    var name: String { get }
    /// Where the rule stands.
    var citation: String { get }
    /// What breaks the rule; nil when nothing does. Throws for octets that are not what the rule's part is made of.
    func check(_ subject: LintSubject) throws(DERError) -> String?
}

/// A certificate as it reads, beside what it was meant to say.
struct LintSubject {
    let certificate: LeafReading
    let plan: CertificatePlan
    let issuer: Issuer
}

/// Every lint, cheapest first.
let allLints: [any Lint] = [
    SerialNumberLint(), VersionLint(), SignatureAlgorithmLint(), IssuerNameLint(), ValidityLint(), SubjectLint(), PublicKeyLint(),
    ExtensionSetLint(),
    BasicConstraintsLint(), KeyUsageLint(), ExtendedKeyUsageLint(), KeyIdentifierLint(), AlternativeNameLint(), LocationLint(),
]
