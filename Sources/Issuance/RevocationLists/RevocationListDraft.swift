package import PKI

/// An issuer's next CRL (RFC 5280 §5): v2, AKI and CRLNumber, expiredCertsOnCRL once an entry has left, no critical extension anywhere.
///
/// Three steps, so that nobody holds the list while its signature is awaited: `frame`, `signature`, `finish`.
package struct RevocationListDraft: Sendable {
    private let issuer: Issuer
    private let template: CRLTemplate
    private let number: Int64
    private let thisUpdate: UnixTime
    private let nextUpdate: UnixTime

    package init(issuer: Issuer, number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime) {
        self.issuer = issuer
        template = CRLTemplate(
            issuerNameDER: issuer.certificate.subjectDER, authorityKeyIdentifier: issuer.certificate.subjectKeyIdentifier ?? [],
            signatureAlgorithmDER: issuer.key.signatureAlgorithm)
        self.number = number
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
    }

    /// Puts the CRL's own fields around the entries.
    package func frame(_ list: inout GrowingRevocationList) {
        list.frame(by: template, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
    }

    /// - Parameter tbs: the `tbsOctets` of the framed list, which must not change until it is finished.
    package func signature(over tbs: ArraySlice<UInt8>) async throws(SigningFault) -> [UInt8] { try await issuer.key.signature(over: tbs) }

    /// Makes the list's `der` the signed CRL, and reads it back.
    package func finish(_ list: inout GrowingRevocationList, with signature: [UInt8]) throws(SigningFault) {
        list.sign(by: template, signature)
        // What we cannot read, nobody gets.
        let isReadable: Bool
        do {
            isReadable = try list.readsBack(number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        } catch { throw .undecodable(error.summary) }
        guard isReadable else { throw .undecodable("the CRL is not what was to be written") }
    }
}

extension Issuer {
    /// Makes a list the issuer's next CRL, in all three steps at once: for a list that nobody else holds.
    package func sign(
        _ list: inout GrowingRevocationList, number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime
    ) async throws(SigningFault) {
        let draft = RevocationListDraft(issuer: self, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        draft.frame(&list)
        let signature = try await draft.signature(over: list.tbsOctets)
        try draft.finish(&list, with: signature)
    }

    /// Signs a statement of what the issuer publishes; its text says what it is, so that it can pass for no certificate and no CRL.
    /// - Parameter statement: begins with a context that no DER begins with.
    package func sign(statement: [UInt8]) async throws(SigningFault) -> [UInt8] { try await key.signature(over: statement[...]) }
}
