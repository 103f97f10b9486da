import PKI

/// A list of revoked certificates as our own writer makes it, signed by the fixed key.
struct WrittenList {
    let template: CRLTemplate
    let number: Int64
    /// Seconds since 1970.
    let thisUpdate: UnixTime
    /// Seconds since 1970.
    let nextUpdate: UnixTime

    init(issuerNameDER: [UInt8], keyIdentifier: [UInt8], number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime) throws {
        template = CRLTemplate(
            issuerNameDER: issuerNameDER, authorityKeyIdentifier: keyIdentifier,
            signatureAlgorithmDER: try FixedKey.key().algorithm.signature.identifier)
        (self.number, self.thisUpdate, self.nextUpdate) = (number, thisUpdate, nextUpdate)
    }

    /// Puts the fields around the entries and signs.
    func finish(_ list: inout GrowingRevocationList) throws {
        list.frame(by: template, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        let signature = try FixedKey.key().sign(Array(list.tbsOctets))
        list.sign(by: template, signature)
        let isAsWritten = try list.readsBack(number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        try require(isAsWritten, "a list that was written reads back")
    }

    /// A new list of these entries.
    func list(of entries: some Sequence<CertificateRevocationList.Entry>) throws -> CertificateRevocationList {
        var list = GrowingRevocationList()
        for entry in entries { list.append(entry.serialNumber, date: entry.date, reason: entry.reason) }
        try finish(&list)
        return try CertificateRevocationList(der: list.der)
    }
}
