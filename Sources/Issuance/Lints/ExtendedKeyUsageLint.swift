import PKI
import X509

/// serverAuth and clientAuth as the profile says, nothing else: never anyExtendedKeyUsage or OCSPSigning.
struct ExtendedKeyUsageLint: Lint {
    let name = "extended_key_usage"
    let citation = "RFC 5280 §4.2.1.12, RFC 6960 §4.2.2.2"

    func check(_ subject: LintSubject) -> String? {
        let found: ExtendedKeyUsage?
        do { found = try subject.certificate.extensions.extendedKeyUsage } catch { return "undecodable: \(error)" }
        guard let found else { return "missing" }
        var expected: Set<ExtendedKeyUsage.Usage> = []
        if subject.plan.profile.serverFlag { expected.insert(.serverAuth) }
        if subject.plan.profile.clientFlag { expected.insert(.clientAuth) }
        return Set(found) == expected ? nil : "it is \(found)"
    }
}
