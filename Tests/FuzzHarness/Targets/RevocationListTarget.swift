import PKI

extension FuzzTarget {
    /// CRLs, PEM or DER.
    static let revocationList = FuzzTarget(name: "revocation-list") { octets in
        if octets.starts(with: "-----".utf8) {
            let text = String(decoding: octets, as: UTF8.self)
            guard let lists = try accepted({ try CertificateRevocationList.all(pem: text) }) else { return }
            let written = lists.map(\.pem).joined()
            try requireEqual(try CertificateRevocationList.all(pem: written), lists, "PEM reads back")
        } else {
            try checkList(octets)
        }
    }
}

private func checkList(_ der: [UInt8]) throws {
    guard let list = try accepted({ try CertificateRevocationList(der: der) }) else { return }
    try requireRefused(der + [0]) { try CertificateRevocationList(der: $0) }
    try requireRefused(der.dropLast()) { try CertificateRevocationList(der: $0) }
    try requireEqual(list.der, der, "the octets are kept")

    let entries = list.entries()
    try requireEqual(entries.count, list.entryCount, "every entry counted is there")
    // `contains` reads the list from its start: a few are enough.
    for entry in entries.prefix(4) + entries.suffix(4) {
        try require(list.contains(entry.serialNumber), "an entry is found by its serial number")
    }
    try checkRewritten(list, entries)
}

/// The same facts through our own writer: what both say of them must be the same.
private func checkRewritten(_ list: CertificateRevocationList, _ entries: [CertificateRevocationList.Entry]) throws {
    guard let number = list.number, let nextUpdate = list.nextUpdate, let identifier = list.authorityKeyIdentifier else { return }
    let writer = try WrittenList(
        issuerNameDER: list.issuerDER, keyIdentifier: identifier, number: number, thisUpdate: list.thisUpdate, nextUpdate: nextUpdate)
    let again = try writer.list(of: entries)
    try requireEqual(again.entries(), entries, "entries that were read can be written and read again")
    try requireEqual(again.number, number, "the number")
    try requireEqual(again.thisUpdate, list.thisUpdate, "thisUpdate")
    try requireEqual(again.nextUpdate, nextUpdate, "nextUpdate")
    try requireEqual(again.issuerDER, list.issuerDER, "the issuer")
    try requireEqual(again.authorityKeyIdentifier, identifier, "the key's identifier")
    try checkGrown(list, entries, writer)
}

/// A list that loses every second entry and gains one, in place.
private func checkGrown(_ list: CertificateRevocationList, _ entries: [CertificateRevocationList.Entry], _ writer: WrittenList) throws {
    let added = CertificateRevocationList.Entry(
        serialNumber: try SerialNumber(octets: [UInt8](repeating: 0x5A, count: 20)), date: list.thisUpdate, reason: .superseded)
    var grown = GrowingRevocationList(continuing: list)
    grown.remove(at: entries.indices.filter { $0 % 2 == 1 })
    grown.append(added.serialNumber, date: added.date, reason: added.reason)
    try writer.finish(&grown)
    let read = try CertificateRevocationList(der: grown.der)
    let kept = entries.indices.filter { $0 % 2 == 0 }.map { entries[$0] }
    try requireEqual(read.entries(), kept + [added], "a list grows and shrinks in place")
    try checkMissing(list, read, entries)
}

/// What is missing in the second list is what a plain search of it does not find.
private func checkMissing(
    _ list: CertificateRevocationList, _ next: CertificateRevocationList, _ entries: [CertificateRevocationList.Entry]
) throws {
    guard Set(entries.map(\.serialNumber)).count == entries.count else { return }
    let found = Set(next.entries().map(\.serialNumber))
    let missing = list.entryOctets.missing(in: next.entryOctets)
    try requireEqual(missing, entries.filter { !found.contains($0.serialNumber) }, "the entries that left")
}
