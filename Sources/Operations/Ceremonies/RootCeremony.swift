import APISchema
import DurableFiles
import Issuance
package import KeyCustody
package import PKI
import Publication

/// What only the root's key can do. `serve` never comes here.
package struct RootCeremony {
    private let directory: DataDirectory

    package init(directory: DataDirectory) { self.directory = directory }

    /// How long a root's CRL is good for, and how far it is backdated, in seconds.
    private static let lifetime: Int64 = 180 * 86_400
    private static let backdate: Int64 = 120

    /// A CA to be revoked, and why.
    package struct Revocation {
        let serialNumber: SerialNumber
        let reason: RevocationReason
    }

    /// A new CRL of the root: what the last one listed stays listed.
    /// - Parameters:
    ///   - secret: opens the root's key.
    ///   - revocation: a CA that it lists from now on; one that is listed keeps its first date and reason.
    package func renewList(
        publicURL: String, secret: SealingSecret, now: UnixTime, revoking revocation: Revocation? = nil
    ) async throws -> CertificateRevocationList {
        let root = try Issuer(rootOf: directory, publicURL: publicURL, secret: secret)
        return try await publishList(of: root, issuerNames: IssuerList.read(directory).names, now: now, revoking: revocation)
    }

    /// Signs and publishes the root's next CRL, then bundle and index.
    func publishList(
        of root: Issuer, issuerNames: [String], now: UnixTime, revoking revocation: Revocation? = nil
    ) async throws -> CertificateRevocationList {
        let published = PublishedDirectory(path: directory.published)
        let known = try knownLists(of: root, published)
        let thisUpdate = max(now - Self.backdate, (known.map(\.thisUpdate).max() ?? 0) + 1)
        guard thisUpdate <= now else { throw PublicationFault.clockWentBack(lastThisUpdate: thisUpdate - 1, now: now) }
        let number = max((known.compactMap(\.number).max() ?? 0) + 1, now.seconds)
        var next = Self.entries(of: known, revoking: revocation, now: now)
        try await root.sign(&next, number: number, thisUpdate: thisUpdate, nextUpdate: now + Self.lifetime)
        let list = try CertificateRevocationList(der: next.der)
        try DurableFile.replace(directory.rootList, with: list.der, mode: 0o600)
        try published.publish(list.der, issuer: root.name, number: number)
        // Also what is published and has left the list of issuers: whether it may is judged at a start, by the index.
        let indexed = try published.index()?.issuers.map(\.name).filter { $0 != root.name } ?? []
        try published.refreshIndex(issuers: Set(issuerNames + indexed).sorted() + [root.name], auditHead: nil)
        return list
    }

    /// The published list, and the one that lies with the root's key: either may be older, when one of the folders was put back.
    private func knownLists(of root: Issuer, _ published: PublishedDirectory) throws -> [CertificateRevocationList] {
        let kept = try DurableFile.readIfPresent(directory.rootList).map { try CertificateRevocationList(der: $0) }
        let lists = [(published.listPath(of: root.name, pem: false), try published.revocationList(of: root.name))]
        return try (lists + [(directory.rootList, kept)]).compactMap { path, list in
            guard let list, !list.isSigned(by: root.certificate) else { return list }
            throw OperatorError(
                summary: "\(path) is not signed by \(directory.rootCertificate)",
                remedy: "find out who changed it, and move it away: a new list goes on from the others")
        }
    }

    private static func entries(
        of known: [CertificateRevocationList], revoking revocation: Revocation?, now: UnixTime
    ) -> GrowingRevocationList {
        let newestFirst = known.sorted { ($0.number ?? 0) > ($1.number ?? 0) }
        var next = newestFirst.first.map { GrowingRevocationList(continuing: $0) } ?? GrowingRevocationList()
        for entry in newestFirst.dropFirst().flatMap({ $0.entries() }) where !next.entryOctets.contains(entry.serialNumber) {
            next.append(entry.serialNumber, date: entry.date, reason: entry.reason)
        }
        if let revocation, !next.entryOctets.contains(revocation.serialNumber) {
            next.append(revocation.serialNumber, date: now, reason: revocation.reason)
        }
        return next
    }
}

extension Issuer {
    /// The root with its key: it signs issuing CAs and its own CRL.
    convenience init(root certificate: CertificateDocument, key: IssuerKey, publicURL: String) throws(IssuerFault) {
        let name = IssuerName.root.description
        try self.init(
            name: name, certificate: certificate, chain: [certificate], key: key, locations: .init(publicURL: publicURL, issuer: name))
    }

    /// Opens the root's key.
    convenience init(rootOf directory: DataDirectory, publicURL: String, secret: SealingSecret) throws {
        let certificate = try OpenedIssuers.certificate(directory.rootCertificate)
        let key = try KeyVault.load(directory.rootKey, name: IssuerName.root.description, secret: secret)
        try KeyVault.checkMatch(certificate: certificate, key: key)
        try self.init(root: certificate, key: IssuerKey(key), publicURL: publicURL)
    }
}

extension RootCeremony.Revocation {
    /// - Parameter named: an issuing CA's name, or its serial number.
    package init(of named: String, reason: String, in directory: DataDirectory) throws(OperatorError) {
        guard let reason = RevocationReason(name: reason) else {
            let names = RevocationReason.allCases.map(\.name).joined(separator: ", ")
            throw OperatorError(summary: "'\(reason.prefix(40))' is no revocation reason", remedy: "use one of \(names)")
        }
        let known: [(name: String, serialNumber: SerialNumber)]
        do {
            known = try IssuerList.read(directory).entries.map {
                ($0.name.description, try OpenedIssuers.certificate(directory.path(of: $0.certificate)).serialNumber)
            }
        } catch { throw OperatorError(error) }
        let wanted = try? SerialNumber(text: named)
        guard let found = known.first(where: { $0.name == named || $0.serialNumber == wanted }) else {
            let list = known.map { "\($0.name) (\($0.serialNumber))" }.joined(separator: ", ")
            throw OperatorError(
                summary: "'\(named.prefix(80))' is no issuing CA of this root", remedy: "name one of \(list)")
        }
        self.init(serialNumber: found.serialNumber, reason: reason)
    }
}
