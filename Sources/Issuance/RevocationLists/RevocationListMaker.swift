import PKI

extension Issuer {
    /// Builds, signs and checks a CRL (RFC 5280 §5): v2, AKI and CRLNumber, no critical extension anywhere.
    /// - Parameters:
    ///   - thisUpdate: seconds since 1970.
    ///   - nextUpdate: seconds since 1970.
    ///   - entries: encoded entries one after the other, see `CRLEntryEncoder`.
    /// - Returns: DER.
    package func revocationList(
        number: Int64, thisUpdate: Int64, nextUpdate: Int64, entries: [UInt8]
    ) throws(SigningFault) -> [UInt8] {
        let template = CRLTemplate(
            issuerNameDER: certificate.subjectDER, authorityKeyIdentifier: certificate.subjectKeyIdentifier ?? [],
            signatureAlgorithmDER: key.signatureAlgorithm)
        let tbs = template.tbs(number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, entries: entries)
        return template.signed(tbs: tbs, signature: try signature(over: tbs))
    }
}
