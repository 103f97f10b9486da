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

extension AuthenticList {
    /// Throws when this list may not take the place of `published`, its issuer's list in the output directory.
    ///
    /// - Parameter unexpired: certificates the publisher knows to be unexpired.
    func checkSuccession(
        after published: AuthenticList, unexpired: Set<SerialNumber>, now: UnixTime
    ) throws(PublishingFailure) {
        do throws(SuccessionFault) {
            try checkOrder(after: published)
            let removals = Removals(from: published.list, to: list)
            try removals.check(publishedAt: published.list.thisUpdate, unexpired: unexpired, now: now)
        } catch {
            throw .mayNotReplace(issuer: name.description, error)
        }
    }

    /// Numbers and times only ever rise, for one key: a client that was refused yesterday is not let in by an older list.
    private func checkOrder(after published: AuthenticList) throws(SuccessionFault) {
        guard issuer.keyIdentifier == published.issuer.keyIdentifier, list.issuerDER == published.list.issuerDER else {
            throw .otherKey
        }
        guard number >= published.number else { throw .olderNumber(number, published: published.number) }
        guard number > published.number else { throw .otherBytes(number: number) }
        guard list.thisUpdate > published.list.thisUpdate else {
            throw .thisUpdateNotNewer(list.thisUpdate, published: published.list.thisUpdate)
        }
    }
}

/// The entries that were in one list and are not in the next.
///
/// An entry may leave when its certificate has expired (RFC 5280 §3.3), and only the CA knows when that is. A publisher refuses what cannot be
/// right, and what looks like lost revocations long enough for a transient fault to pass and for a person to look:
///
/// - a certificate the publisher itself knows to be unexpired (an issuing CA in the root's list) never leaves;
/// - a list from which entries have left says up to which end that may be (expiredCertsOnCRL, signed with it): while that is in the future by the
///   publisher's own clock, a certificate may be among them that is still good;
/// - an entry younger than a day does not leave: the CA keeps every entry for at least a day after the revocation;
/// - from a list of more than ten entries, more than half do not leave at once while the published list is younger than a day. After that they may:
///   a lot of devices that was enrolled in an hour expires in an hour.
///
/// The last two rules never hold a list up for more than a day, because a publisher that refuses new lists keeps new revocations from its brokers,
/// and at nextUpdate brokers refuse everybody.
struct Removals {
    private let vanished: [CertificateRevocationList.Entry]
    private let publishedCount: Int
    /// Every revoked certificate that ends then or later is listed; nil when the list does not say.
    private let completeFrom: UnixTime?

    init(from published: CertificateRevocationList, to next: CertificateRevocationList) {
        vanished = published.entryOctets.missing(in: next.entryOctets)
        publishedCount = published.entryCount
        completeFrom = next.expiredCertsOnCRL
    }

    /// - Parameters:
    ///   - publishedAt: thisUpdate of the published list.
    ///   - unexpired: certificates that are known to be unexpired.
    func check(publishedAt: UnixTime, unexpired: Set<SerialNumber>, now: UnixTime) throws(SuccessionFault) {
        let day: Int64 = 86_400
        for entry in vanished where unexpired.contains(entry.serialNumber) {
            throw .unexpiredVanished(serialNumber: entry.serialNumber.description)
        }
        if let entry = vanished.first, let completeFrom, completeFrom > now {
            throw .unexpiredMayHaveVanished(serialNumber: entry.serialNumber.description, completeFrom: completeFrom)
        }
        for entry in vanished where entry.date > now - day {
            throw .youngVanished(serialNumber: entry.serialNumber.description)
        }
        if publishedCount > 10, vanished.count > publishedCount / 2, publishedAt > now - day {
            throw .manyVanished(count: vanished.count, published: publishedCount)
        }
    }
}
