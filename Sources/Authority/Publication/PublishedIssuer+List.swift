import APISchema
import Crypto
import PKI

extension PublishedIssuer {
    /// What the index says of a CRL.
    init(name: String, list: CertificateRevocationList) {
        self.init(
            name: name, crlNumber: list.number ?? 0, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate ?? list.thisUpdate,
            sha256: hexadecimal(SHA256.hash(data: list.der)), entries: list.entryCount)
    }
}
