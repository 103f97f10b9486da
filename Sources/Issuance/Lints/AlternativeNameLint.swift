import PKI
import SwiftASN1
import X509

/// Exactly the planned names, in order.
struct AlternativeNameLint: Lint {
    let name = "subject_alternative_name"
    let citation = "RFC 5280 §4.2.1.6"

    func check(_ subject: LintSubject) -> String? {
        do {
            let found = try subject.certificate.extensions.subjectAlternativeNames.map { Array($0).map(planned) }
            return found == subject.plan.names.names ? nil : "the names are not as planned"
        } catch {
            return "undecodable: \(error)"
        }
    }

    private func planned(_ name: X509.GeneralName) -> PKI.GeneralName {
        switch name {
        case .dnsName(let text): .dns(text)
        case .uniformResourceIdentifier(let text): .uri(text)
        case .ipAddress(let octets): .ip(Array(octets.bytes))
        case .rfc822Name(let text): .email(text)
        default: .other("\(name)")
        }
    }
}
