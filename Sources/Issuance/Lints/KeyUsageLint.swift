import PKI
import X509

/// Never a CA's usages; keyAgreement for EC keys only, keyEncipherment for RSA keys only.
struct KeyUsageLint: Lint {
    let name = "key_usage"
    let citation = "RFC 5280 §4.2.1.3, RFC 3279 §2.3.1, RFC 8410 §5, RFC 9295"

    func check(_ subject: LintSubject) -> String? {
        let usage: KeyUsage?
        do { usage = try subject.certificate.extensions.keyUsage } catch { return "undecodable: \(error)" }
        guard let usage else { return "missing" }
        let allowed = subject.plan.profile.keyUsage(for: subject.plan.publicKey.algorithm)
        let expected = KeyUsage(
            digitalSignature: allowed.contains(.digitalSignature), keyEncipherment: allowed.contains(.keyEncipherment),
            keyAgreement: allowed.contains(.keyAgreement))
        return usage == expected ? nil : "it is \(usage), expected \(expected)"
    }
}
