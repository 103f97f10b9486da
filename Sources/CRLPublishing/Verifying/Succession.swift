import PKI

extension AuthenticList {
    /// Throws when this list may not take the place of `published`, its issuer's list in the output directory.
    ///
    /// - Parameters:
    ///   - unexpired: certificates the publisher knows to be unexpired.
    ///   - now: seconds since 1970.
    func checkSuccession(
        after published: AuthenticList, unexpired: Set<SerialNumber>, now: Int64
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
