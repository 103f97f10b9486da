import PKI
import SwiftASN1
import X509

/// Exactly one http distribution point and one caIssuers location: Erlang brokers refuse leaves without the former.
struct LocationLint: Lint {
    let name = "locations"
    let citation = "RFC 5280 §4.2.1.13, §4.2.2.1"

    func check(_ subject: LintSubject) -> String? {
        guard let points = subject.certificate.extensions.first(where: { $0.oid == crlDistributionPoints }) else {
            return "no distribution point"
        }
        // DistributionPoint ::= [0] { [0] { [6] URI } }, around exactly one URI: the expected bytes are few enough to be compared whole.
        let found = ExtensionDER.wrapped([0x55, 0x1D, 0x1F], critical: false) { $0.raw(points.value) }
        guard found == ExtensionDER.crlDistributionPoint(subject.issuer.locations.crl), subject.issuer.locations.crl.hasPrefix("http://")
        else {
            return "the distribution point is not the issuer's"
        }
        do {
            let access = try subject.certificate.extensions.authorityInformationAccess.map(Array.init) ?? []
            guard access.count == 1, access[0].method == .issuingCA,
                case .uniformResourceIdentifier(subject.issuer.locations.certificate) = access[0].location
            else { return "authority information access is not the issuer's certificate" }
            return nil
        } catch {
            return "undecodable: \(error)"
        }
    }
}
