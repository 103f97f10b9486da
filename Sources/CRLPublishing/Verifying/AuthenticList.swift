package import PKI

/// A CRL that its issuer signed, with all a publisher relies on: a number and a nextUpdate. Whether it is fresh is another question.
package struct AuthenticList: Sendable {
    let issuer: TrustedIssuer
    package let list: CertificateRevocationList
    package let number: Int64
    /// Seconds since 1970.
    package let nextUpdate: Int64

    var name: IssuerName { issuer.name }

    init(der: [UInt8], issuer: TrustedIssuer) throws(PublishingFailure) {
        do throws(ListFault) {
            try self.init(checking: der, issuer: issuer)
        } catch {
            throw .badList(issuer: issuer.name.description, error)
        }
    }

    private init(checking der: [UInt8], issuer: TrustedIssuer) throws(ListFault) {
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
        self.list = list
        self.number = number
        self.nextUpdate = nextUpdate
    }

    /// Throws when brokers would refuse every client over this list at `now`, in seconds since 1970.
    func checkFreshness(at now: Int64) throws(PublishingFailure) {
        try issuer.checkValidity(at: now)
        if list.thisUpdate > now { throw .badList(issuer: name.description, .fromTheFuture(thisUpdate: list.thisUpdate)) }
        if nextUpdate <= now { throw .badList(issuer: name.description, .expired(nextUpdate: nextUpdate)) }
    }
}
