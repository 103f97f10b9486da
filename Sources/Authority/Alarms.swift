import Access
import Issuance
import Ledger
package import PKI

/// A condition that needs a person soon.
package struct Alarm: Sendable, Equatable {
    /// Stable, snake_case; the only part shown without a token.
    package let code: String
    /// The fault and the next step in words, with paths and causes.
    package let text: String

    package init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }
}

extension Authority {
    /// Alarms of certificates and the root's CRL, shown by health and logged. Empty when all is well.
    /// - Parameters:
    ///   - root: the root's certificate.
    ///   - rootCRL: the published CRL of the root; nil when there is none.
    package func alarms(root: CertificateDocument, rootCRL: CertificateRevocationList?) -> [Alarm] {
        let now = clock.now
        var alarms: [Alarm] = []
        if let rootCRL, let nextUpdate = rootCRL.nextUpdate {
            if now > rootCRL.thisUpdate + (nextUpdate - rootCRL.thisUpdate) / 2 {
                let text = "the root's CRL is past half its life (ends \(nextUpdate)): run ca-server root crl"
                alarms.append(Alarm("root_crl_ageing", text))
            }
        } else {
            alarms.append(Alarm("root_crl_missing", "the root has no CRL: run ca-server root crl"))
        }
        let issuers = policies.maker.issuers.values.sorted { $0.name < $1.name }
        // Whoever retired an issuer has made its successor.
        let authorities = issuers.filter { $0.state == .issuing }.map { ($0.name, $0.certificate) } + [(IssuerName.root.description, root)]
        for (name, certificate) in authorities {
            if let rootCRL, rootCRL.contains(certificate.serialNumber) {
                let text =
                    "the CA certificate \(name) is revoked by the root's CRL \(rootCRL.number ?? 0): nothing is issued from it any more"
                alarms.append(Alarm("ca_revoked", text))
            }
            let life = certificate.notAfter - certificate.notBefore
            // A sixth of its life before the end, the next issuer must be in use already.
            if now > certificate.notAfter - life / 6 {
                let text = "the CA certificate \(name) ends at \(certificate.notAfter): make its successor (ca-server issuer prepare)"
                alarms.append(Alarm("ca_ends_soon", text))
            }
        }
        return alarms
    }

    /// The open forks, as one alarm.
    package func forkAlarms() async -> [Alarm] {
        do {
            let forks = try await ledger.openForks(now: clock.now)
            guard !forks.isEmpty else { return [] }
            let names = forks.prefix(5).map(\.description).joined(separator: ", ") + (forks.count > 5 ? " and \(forks.count - 5) more" : "")
            let text =
                "two parties renewed with one key (fork): \(names): find out who, revoke the certificate, enrol again with a new ticket"
            return [Alarm("fork_open", text)]
        } catch {
            return [Alarm("forks_unknown", "forks cannot be looked up: the ledger cannot be read: \(error.cause)")]
        }
    }
}
