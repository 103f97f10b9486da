import APISchema
package import PKI

/// A CRL that its issuer signed, with all a publisher relies on: a number and a nextUpdate. Whether it is fresh is another question.
package struct AuthenticList: Sendable {
    let issuer: TrustedIssuer
    /// The index entry that the issuer signed for this list; nil for a list of the output directory that stands there without one.
    let entry: PublishedIssuer?
    package let list: CertificateRevocationList
    package let number: Int64
    package let nextUpdate: UnixTime

    var name: IssuerName { issuer.name }
    /// Whether the name is the issuer's own: signed by it, or the root's.
    var isNamed: Bool { entry != nil || issuer.isRoot }

    /// - Parameter entry: signed by the issuer; nil when there is none.
    init(der: [UInt8], issuer: TrustedIssuer, entry: PublishedIssuer?) throws(PublishingFailure) {
        do throws(ListFault) {
            try self.init(checking: der, issuer: issuer, entry: entry)
        } catch {
            throw .badList(issuer: issuer.name.description, error)
        }
    }

    /// The same list under another name or entry of its issuer.
    init(_ known: AuthenticList, issuer: TrustedIssuer, entry: PublishedIssuer?) {
        (list, number, nextUpdate) = (known.list, known.number, known.nextUpdate)
        (self.issuer, self.entry) = (issuer, entry)
    }

    private init(checking der: [UInt8], issuer: TrustedIssuer, entry: PublishedIssuer?) throws(ListFault) {
        guard !der.isEmpty else { throw .empty }
        let list: CertificateRevocationList
        do {
            list = try CertificateRevocationList(der: der)
        } catch {
            throw .notAList(reason: error.summary)
        }
        guard !list.hasUnknownCriticalExtension else { throw .criticalExtension }
        guard list.issuerDER == issuer.certificate.subjectDER else { throw .otherIssuerName }
        guard list.authorityKeyIdentifier == issuer.keyIdentifier else { throw .otherIssuerKey }
        guard list.isSigned(by: issuer.certificate) else { throw .badSignature }
        guard let number = list.number else { throw .noNumber }
        guard let nextUpdate = list.nextUpdate else { throw .noNextUpdate }
        self.issuer = issuer
        self.entry = entry
        self.list = list
        self.number = number
        self.nextUpdate = nextUpdate
    }

    /// Throws when brokers would refuse every client over this list at `now`.
    func checkFreshness(at now: UnixTime) throws(PublishingFailure) {
        try issuer.checkValidity(at: now)
        if list.thisUpdate > now { throw .badList(issuer: name.description, .fromTheFuture(thisUpdate: list.thisUpdate)) }
        if nextUpdate <= now { throw .badList(issuer: name.description, .expired(nextUpdate: nextUpdate)) }
    }
}
