import PKI
import X509

/// One rule that a decoded certificate must keep before the CA's key is used.
protocol Lint: Sendable {
    /// Short, snake_case.
    var name: String { get }
    /// Where the rule stands.
    var citation: String { get }
    /// What breaks the rule; nil when nothing does.
    func check(_ subject: LintSubject) -> String?
}

/// A certificate as an independent decoder reads it, beside what it was meant to say.
struct LintSubject {
    let certificate: Certificate
    let tbs: [UInt8]
    let plan: CertificatePlan
    let issuer: Issuer
}

/// Every lint, cheapest first.
let allLints: [any Lint] = [
    SerialNumberLint(), VersionLint(), SignatureAlgorithmLint(), IssuerNameLint(), ValidityLint(), SubjectLint(), PublicKeyLint(),
    ExtensionSetLint(),
    BasicConstraintsLint(), KeyUsageLint(), ExtendedKeyUsageLint(), KeyIdentifierLint(), AlternativeNameLint(), LocationLint(),
]
