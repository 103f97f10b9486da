import APISchema
import Crypto
import PKI

extension SourceSnapshot {
    /// The lists that may be published now: every one genuine, fresh, and a rightful successor of the published one.
    ///
    /// A list that is the published one to the byte is taken as it is, even when it has run out meanwhile: it replaces nothing, and an overdue
    /// root's list must not keep new revocations of devices back.
    ///
    /// - Parameters:
    ///   - published: what the output directory holds.
    ///   - now: seconds since 1970.
    package func judge(
        after published: [AuthenticList], anchor: TrustAnchor, now: Int64
    ) throws(PublishingFailure) -> [AuthenticList] {
        for known in published where !issuers.contains(where: { $0.name == known.name }) {
            throw .issuerDisappeared(name: known.name.description)
        }
        var lists: [AuthenticList] = []
        for documents in issuers {
            let known = published.first { $0.name == documents.name }
            if let known, known.list.der == documents.list, known.issuer.certificate.der == documents.certificate {
                lists.append(known)
            } else {
                lists.append(try documents.authenticate(anchor: anchor, now: now))
            }
        }
        guard lists.contains(where: \.issuer.isRoot) else { throw .badIndex(.rootMissing) }
        try checkSuccession(of: lists, after: published, now: now)
        return lists
    }

    private func checkSuccession(
        of lists: [AuthenticList], after published: [AuthenticList], now: Int64
    ) throws(PublishingFailure) {
        let unexpired = Set(lists.map(\.issuer.certificate).filter { $0.notAfter >= now }.map(\.serialNumber))
        for list in lists {
            guard let known = published.first(where: { $0.name == list.name }), known.list.der != list.list.der else { continue }
            try list.checkSuccession(after: known, unexpired: unexpired, now: now)
        }
    }
}

extension IssuerDocuments {
    fileprivate func authenticate(anchor: TrustAnchor, now: Int64) throws(PublishingFailure) -> AuthenticList {
        let issuer = try TrustedIssuer(name: name, der: certificate, anchor: anchor)
        let authentic = try AuthenticList(der: list, issuer: issuer)
        try checkAgreement(of: authentic)
        try authentic.checkFreshness(at: now)
        return authentic
    }

    /// The index is not signed, so it proves nothing; but a list behind it is stale. A list ahead of it was published a moment later.
    private func checkAgreement(of authentic: AuthenticList) throws(PublishingFailure) {
        if authentic.number < announced.crlNumber {
            let fault = ListFault.behindIndex(number: authentic.number, announced: announced.crlNumber)
            throw .badList(issuer: name.description, fault)
        }
        if authentic.number == announced.crlNumber, hexadecimal(SHA256.hash(data: list)) != announced.sha256.lowercased() {
            throw .badList(issuer: name.description, .differsFromIndex(number: authentic.number))
        }
    }
}
