import APISchema
import Crypto
package import PKI

/// The decision about what a source publishes: the lists to have, and why others are not among them.
package struct Judgement: Sendable {
    /// A newer one where it may follow, else the one that was there.
    package fileprivate(set) var lists: [AuthenticList] = []
    package fileprivate(set) var failures: [PublishingFailure] = []
    /// Whether the lists and the head of the audit chain may be taken: an index without the root counts for nothing.
    package var hasRoot: Bool { lists.contains(where: \.issuer.isRoot) }
}

extension SourceSnapshot {
    /// Takes each list that is genuine, fresh, and a rightful successor of the published one of the same key. An issuer whose list is none of that, or
    /// that the index no longer names, keeps its published list and holds nobody else's back.
    ///
    /// A list that is the published one to the byte is taken as it is, even when it has run out meanwhile: it replaces nothing.
    ///
    /// - Parameter published: the lists of the output directory.
    package func judge(after published: [AuthenticList], now: UnixTime) -> Judgement {
        var judgement = Judgement()
        judgement.failures = failures.map(\.failure)
        // An issuing CA that is known to be unexpired never leaves the root's list.
        let unexpired = Set(issuers.map(\.issuer.certificate).filter { $0.notAfter >= now }.map(\.serialNumber))
        for documents in issuers {
            if let twin = judgement.lists.first(where: { $0.issuer.hasSameKey(as: documents.issuer) }) {
                judgement.failures.append(.badIssuer(name: documents.name.description, .keyHasName(twin.name.description)))
                continue
            }
            // Two published lists of one key are left of an earlier program that believed an unsigned index: the newer one counts.
            let known = published.filter { $0.issuer.hasSameKey(as: documents.issuer) }.max { $0.number < $1.number }
            do throws(PublishingFailure) {
                if let other = published.first(where: { $0.name == documents.name }), other.isNamed,
                    !other.issuer.hasSameKey(as: documents.issuer)
                {
                    throw .mayNotReplace(issuer: documents.name.description, .otherKey)
                }
                judgement.lists.append(try documents.list(after: known, unexpired: unexpired, now: now))
            } catch {
                judgement.failures.append(error)
                if let known { judgement.lists.append(AuthenticList(keeping: known, named: documents.issuer)) }
            }
        }
        keep(published, in: &judgement)
        if !judgement.hasRoot { judgement.failures.append(.badIndex(.rootMissing)) }
        return judgement
    }

    /// Keeps the published lists that the index does not speak of. One whose name was never signed, and now belongs to another key, was never right.
    private func keep(_ published: [AuthenticList], in judgement: inout Judgement) {
        for known in published {
            let isTaken = judgement.lists.contains { $0.issuer.hasSameKey(as: known.issuer) || ($0.name == known.name && !known.isNamed) }
            guard !isTaken else { continue }
            judgement.lists.append(known)
            // Why its entry does not count was said already.
            guard !failures.contains(where: { $0.name == known.name }) else { continue }
            guard !issuers.contains(where: { $0.name == known.name }) else { continue }
            judgement.failures.append(.issuerDisappeared(name: known.name.description))
        }
    }
}

extension AuthenticList {
    /// A published list whose successor was refused: under the name that its issuer signs, when it had none of its own.
    fileprivate init(keeping known: AuthenticList, named issuer: TrustedIssuer) {
        self = known.isNamed ? known : AuthenticList(known, issuer: issuer, entry: nil)
    }
}

extension IssuerDocuments {
    fileprivate func list(
        after known: AuthenticList?, unexpired: Set<SerialNumber>, now: UnixTime
    ) throws(PublishingFailure) -> AuthenticList {
        if let known, known.list.der == list, known.issuer.certificate.der == issuer.certificate.der {
            // A server that starts signs the same entry again.
            if known.name == name, known.entry?.statement == announced.statement { return known }
            try checkAgreement(number: known.number)
            return AuthenticList(known, issuer: issuer, entry: announced)
        }
        let authentic = try AuthenticList(der: list, issuer: issuer, entry: announced)
        try authentic.checkFreshness(at: now)
        try checkAgreement(number: authentic.number)
        if let known { try authentic.checkSuccession(after: known, unexpired: unexpired, now: now) }
        return authentic
    }

    /// Index and list are fetched one after the other: a newer list may have come between, or a cache kept an older one.
    private func checkAgreement(number: Int64) throws(PublishingFailure) {
        let fault: ListFault
        if number < announced.crlNumber {
            fault = .behindIndex(number: number, announced: announced.crlNumber)
        } else if number > announced.crlNumber {
            fault = .aheadOfIndex(number: number, announced: announced.crlNumber)
        } else if hexadecimal(SHA256.hash(data: list)) != announced.sha256.lowercased() {
            fault = .differsFromIndex(number: number)
        } else {
            return
        }
        throw .badList(issuer: name.description, fault)
    }
}

extension PublishingFailure {
    /// Whether the index may just have been replaced: a second look at it tells.
    var mayPassAtOnce: Bool {
        switch self {
        case .badList(_, .behindIndex), .badList(_, .aheadOfIndex), .badList(_, .differsFromIndex): true
        default: false
        }
    }
}
