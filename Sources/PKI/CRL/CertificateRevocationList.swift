import Foundation

/// A certificate revocation list (RFC 5280 §5), read strictly. Entries stay where they are in its octets, however many there are.
package struct CertificateRevocationList: Sendable, Hashable {
    /// One revoked certificate.
    package struct Entry: Hashable, Sendable {
        package let serialNumber: SerialNumber
        package let date: UnixTime
        package let reason: RevocationReason

        package init(serialNumber: SerialNumber, date: UnixTime, reason: RevocationReason) {
            self.serialNumber = serialNumber
            self.date = date
            self.reason = reason
        }
    }

    package let der: [UInt8]
    /// The exact octets of the issuer's Name.
    package let issuerDER: [UInt8]
    /// The CRLNumber.
    package let number: Int64?
    package let thisUpdate: UnixTime
    package let nextUpdate: UnixTime?
    package let authorityKeyIdentifier: [UInt8]?
    /// Every revoked certificate that ends then or later is listed (X.509, expiredCertsOnCRL); nil when the list does not say.
    package let expiredCertsOnCRL: UnixTime?
    package let entryCount: Int
    /// True when the list or an entry carries a critical extension this program does not act on: then it must not be relied on.
    package let hasUnknownCriticalExtension: Bool
    private let parts: CRLParts

    /// Reads one CRL and nothing after it, every entry included.
    package init(der: [UInt8]) throws(InvalidCRL) {
        let parts = try CRLParts(der: der)
        var entries = CRLEntryReader(der, in: parts.entries)
        var count = 0
        var hasUnknownCritical = parts.extensions.hasUnknownCritical
        while let entry = try entries.next() {
            count += 1
            if entry.hasUnknownCritical { hasUnknownCritical = true }
        }
        self.der = der
        self.parts = parts
        issuerDER = Array(der[parts.issuer])
        number = parts.extensions.number
        thisUpdate = parts.thisUpdate
        nextUpdate = parts.nextUpdate
        authorityKeyIdentifier = parts.extensions.authorityKeyIdentifier
        expiredCertsOnCRL = parts.extensions.expiredCertsOnCRL
        entryCount = count
        hasUnknownCriticalExtension = hasUnknownCritical
    }

    /// True when the list's issuer name is this certificate's subject, and this certificate's key verifies the signature.
    package func isSigned(by issuer: CertificateDocument) -> Bool {
        issuerDER == issuer.subjectDER
            && issuer.publicKey.accepts(der[parts.signature], by: der[parts.signatureAlgorithm], over: der[parts.tbs])
    }

    /// Range of the entries.
    package var entryOctets: CRLEntries { CRLEntries(bytes: der, range: parts.entries) }

    /// Every entry, in the list's order.
    package func entries() -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(entryCount)
        entryOctets.forEach { _, entry in entries.append(entry) }
        return entries
    }

    /// True when a serial number is listed; reads the list from its start.
    package func contains(_ serial: SerialNumber) -> Bool { entryOctets.contains(serial) }

    package static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension CertificateRevocationList {
    /// `-----BEGIN X509 CRL-----`
    package var pem: String { PEM.encode(der, type: "X509 CRL") }

    /// Reads a text with exactly one CRL.
    package init(pem: String) throws(InvalidCRL) {
        let all = try Self.all(pem: pem)
        guard let list = all.first, all.count == 1 else { throw .wrongCount(all.count) }
        self = list
    }

    /// Reads every CRL of a text, in its order; any other PEM block is an error.
    package static func all(pem: String) throws(InvalidCRL) -> [CertificateRevocationList] {
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            throw .notPEM(error)
        }
        var lists: [CertificateRevocationList] = []
        for block in blocks {
            // RFC 7468 §6: generators write the first, parsers may take the second.
            guard block.type == "X509 CRL" || block.type == "CRL" else { throw .wrongLabel(block.type) }
            lists.append(try CertificateRevocationList(der: block.der))
        }
        return lists
    }
}
