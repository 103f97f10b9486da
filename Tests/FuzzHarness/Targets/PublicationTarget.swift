import APISchema
import CRLPublishing
import Crypto
import PKI

extension FuzzTarget {
    /// CRLs as a publisher that has one already decides about them.
    static let publication = FuzzTarget(name: "publication") { octets in
        let authority = try FixedAuthority.shared.get()
        let published = try firstList.get()
        guard let resigned = try FixedKey.resigned(octets) else { return }
        if octets != resigned {
            try require(try judge(octets, after: [], by: authority) == nil, "a list with another signature is refused")
        }
        if let first = try judge(resigned, after: [], by: authority) { try checkPublished(first, after: nil, by: authority) }
        if let next = try judge(resigned, after: [published], by: authority) { try checkPublished(next, after: published, by: authority) }
    }
}

/// What the publisher has.
private let firstList = Result {
    let authority = try FixedAuthority.shared.get()
    let list = try judge(authority.list(number: FixedAuthority.publishedNumber), after: [], by: authority)
    guard let list else { throw BrokenInvariant(description: "a first list is accepted") }
    return list
}

/// The list, if it may be published after `published`.
private func judge(_ list: [UInt8], after published: [AuthenticList], by authority: FixedAuthority) throws -> AuthenticList? {
    guard let name = IssuerName("root") else { return nil }
    let number = try accepted { try CertificateRevocationList(der: list) }?.number
    let announced = PublishedIssuer(
        name: "root", crlNumber: number ?? 0, thisUpdate: 0, nextUpdate: 0, sha256: hexadecimal(SHA256.hash(data: list)), entries: 0)
    let documents = try IssuerDocuments(
        name: name, announced: announced, certificate: authority.certificate.der, list: list, anchor: authority.anchor)
    let snapshot = SourceSnapshot(
        index: PublishedIndex(issuers: [announced], auditHead: PublishedAuditHead(id: 1, hash: "")), issuers: [documents])
    let judgement = snapshot.judge(after: published, now: FixedAuthority.now)
    for failure in judgement.failures { try requireWords(summary: failure.summary, remedy: failure.remedy) }
    return judgement.failures.isEmpty ? judgement.lists.first : nil
}

private func checkPublished(_ next: AuthenticList, after published: AuthenticList?, by authority: FixedAuthority) throws {
    try require(next.list.thisUpdate <= FixedAuthority.now, "nothing from the future is published")
    try require(next.nextUpdate > FixedAuthority.now, "nothing that brokers refuse for its age is published")
    try require(!next.list.hasUnknownCriticalExtension, "nothing with an unknown critical extension is published")
    try require(next.list.issuerDER == authority.certificate.subjectDER, "only the issuer's lists are published")
    try requireEqual(next.list.number, next.number, "the number")
    try require(try judge(next.list.der + [0], after: [], by: authority) == nil, "nothing with an octet behind it is published")
    guard let published, published.list != next.list else { return }
    try require(next.number > published.number, "numbers only rise")
    try require(next.list.thisUpdate > published.list.thisUpdate, "times only rise")
    try require(next.list.contains(try FixedAuthority.youngEntry.serialNumber), "a young entry does not leave")
}
