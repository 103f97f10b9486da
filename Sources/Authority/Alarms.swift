import Issuance
import Ledger
package import PKI

extension Authority {
    /// What needs a person soon: shown by health and logged. Empty when all is well.
    /// - Parameters:
    ///   - root: the root's certificate.
    ///   - rootCRL: the published CRL of the root; nil when there is none.
    package func alarms(root: CertificateDocument, rootCRL: CertificateRevocationList?) -> [String] {
        let now = clock.seconds
        var alarms: [String] = []
        if let rootCRL, let nextUpdate = rootCRL.nextUpdate {
            if now > rootCRL.thisUpdate + (nextUpdate - rootCRL.thisUpdate) / 2 {
                alarms.append("the root's CRL is past half its life (ends \(Timestamp.rfc3339(nextUpdate))): run ca-server root crl")
            }
        } else {
            alarms.append("the root has no CRL: run ca-server root crl")
        }
        let authorities = policies.maker.issuers.values.map { ($0.name, $0.certificate) }.sorted { $0.0 < $1.0 } + [("root", root)]
        for (name, certificate) in authorities {
            let life = certificate.notAfter - certificate.notBefore
            // A sixth of its life before the end, the next issuer must be in use already.
            if now > certificate.notAfter - life / 6 {
                alarms.append("the CA certificate \(name) ends at \(Timestamp.rfc3339(certificate.notAfter)): prepare its successor")
            }
        }
        return alarms
    }

    /// The forks that nobody has resolved, as one alarm.
    package func forkAlarms() async -> [String] {
        do {
            let forks = try await ledger.openForks(now: clock.seconds)
            guard !forks.isEmpty else { return [] }
            let names = forks.prefix(5).map(\.description).joined(separator: ", ") + (forks.count > 5 ? " and \(forks.count - 5) more" : "")
            return [
                "two parties renewed with one key (fork): \(names): find out who, revoke the certificate, enrol again with a new ticket"
            ]
        } catch {
            return ["forks cannot be looked up: the ledger cannot be read"]
        }
    }
}
