import Authority
import Issuance
import KeyCustody
import PKI

/// What only the root's key can do. `serve` never comes here.
struct RootCeremony {
    let directory: DataDirectory

    /// How long a root's CRL is good for, and how far it is backdated, in seconds.
    private static let lifetime: Int64 = 180 * 86_400
    private static let backdate: Int64 = 120

    /// A new CRL of the root: what the last one listed stays listed.
    func renewList(configuration: ServerConfiguration, environment: ServerEnvironment) throws -> CertificateRevocationList {
        let certificate = try OpenedIssuers.certificate(directory.rootCertificate)
        let secret = try environment.rootSecret.find(beside: directory.rootUnsealKey)
        let key = try KeyVault.load(directory.rootKey, name: IssuerName.root, secret: secret)
        try KeyVault.checkMatch(certificate: certificate, key: key)
        let root = try Issuer(
            name: IssuerName.root, certificate: certificate, chain: [certificate], key: try IssuerKey(key),
            locations: .init(publicURL: configuration.publicURL.description, issuer: IssuerName.root))
        return try publishList(of: root, issuerNames: IssuerName.issuing)
    }

    /// Signs and publishes the root's next CRL, then bundle and index.
    func publishList(of root: Issuer, issuerNames: [String]) throws -> CertificateRevocationList {
        let published = PublishedDirectory(path: directory.published)
        let previous = try published.revocationList(of: IssuerName.root)
        let now = System.clock.seconds
        let thisUpdate = max(now - Self.backdate, (previous?.thisUpdate ?? 0) + 1)
        guard thisUpdate <= now else { throw PublicationFault.clockWentBack(lastThisUpdate: thisUpdate - 1, now: now) }
        let number = max((previous?.number ?? 0) + 1, now)
        var next = previous.map { GrowingRevocationList(continuing: $0) } ?? GrowingRevocationList()
        try root.sign(&next, number: number, thisUpdate: thisUpdate, nextUpdate: now + Self.lifetime)
        let list = try CertificateRevocationList(der: next.der)
        try published.publish(list.der, issuer: IssuerName.root, number: number)
        try published.refreshIndex(issuers: issuerNames + [IssuerName.root], auditHead: nil)
        return list
    }
}
