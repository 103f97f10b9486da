package import PKI

extension ThrowAwayIssuer {
    /// A CRL of this issuer, valid for seven days from `thisUpdate`.
    package func makeCRL(
        number: Int64, thisUpdate: UnixTime = ThrowAwayCA.now - 60, lifetime: Int64 = 7 * 86_400,
        expiredCertsOnCRL: UnixTime? = nil, revoked: [(serial: SerialNumber, date: UnixTime, reason: RevocationReason)] = []
    ) throws -> [UInt8] {
        let template = CRLTemplate(
            issuerNameDER: certificate.subjectDER, authorityKeyIdentifier: key.publicKey.keyIdentifier,
            signatureAlgorithmDER: key.algorithm.signature.identifier)
        var list = GrowingRevocationList()
        list.expiredCertsOnCRL = expiredCertsOnCRL
        for entry in revoked { list.append(entry.serial, date: entry.date, reason: entry.reason) }
        list.frame(by: template, number: number, thisUpdate: thisUpdate, nextUpdate: thisUpdate + lifetime)
        list.sign(by: template, try key.sign(Array(list.tbsOctets)))
        return list.der
    }
}
