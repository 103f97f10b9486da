import Access
import Issuance
import Ledger
package import PKI

/// The CA's own certificate and key, ready to serve.
package struct OwnCertificate: Sendable {
    /// Leaf first, root left out.
    package let chain: [CertificateDocument]
    /// Stays in memory.
    package let key: PrivateKey
    /// Time at which to replace it.
    package let renewAt: UnixTime
}

extension Authority {
    /// A certificate of the reserved profile for the CA's own names, with a new key.
    package func certifyItself(hostNames: [String]) async throws(AuthorityError) -> OwnCertificate {
        let maker = policies.maker
        guard let profile = maker.profiles.server else { throw .issuance(.unknownRole("server", known: maker.profiles.roleNames)) }
        let names = NameRequest(names: hostNames.map(generalName(ofHost:)))
        let key: PrivateKey
        do { key = try PrivateKey.generate(.p256) } catch { throw .signing(.signerFailed("\(error)")) }
        let certified = try await certify(own: names, key: key, profile: profile, maker: maker)
        do {
            let leaf = try CertificateDocument(der: certified.record.der)
            return OwnCertificate(
                chain: [leaf] + certified.issuer.chain.dropLast(), key: key, renewAt: certified.renewAt)
        } catch { throw .signing(.undecodable("\(error)")) }
    }
}
