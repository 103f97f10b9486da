package import PKI

extension Issuer {
    /// Makes an issuer's entries its next CRL (RFC 5280 §5): v2, AKI and CRLNumber, expiredCertsOnCRL once an entry has left, no critical extension anywhere. It is signed, and read back.
    /// - Parameters:
    ///   - list: what to publish; afterwards its `der` is the signed CRL.
    ///   - thisUpdate: seconds since 1970.
    ///   - nextUpdate: seconds since 1970.
    package func sign(
        _ list: inout GrowingRevocationList, number: Int64, thisUpdate: Int64, nextUpdate: Int64
    ) throws(SigningFault) {
        let template = CRLTemplate(
            issuerNameDER: certificate.subjectDER, authorityKeyIdentifier: certificate.subjectKeyIdentifier ?? [],
            signatureAlgorithmDER: key.signatureAlgorithm)
        list.frame(by: template, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        list.sign(by: template, try signature(over: list.tbsOctets))
        // What we cannot read, nobody gets.
        let isReadable: Bool
        do {
            isReadable = try list.readsBack(number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        } catch { throw .undecodable(error.summary) }
        guard isReadable else { throw .undecodable("the CRL is not what was to be written") }
    }
}
