import APISchema
import Crypto
import Foundation
import Issuance
import PKI

extension PublishedIssuer {
    /// The index entry of a CRL.
    init(name: String, list: CertificateRevocationList) {
        self.init(
            name: name, crlNumber: list.number ?? 0, thisUpdate: list.thisUpdate.seconds,
            nextUpdate: (list.nextUpdate ?? list.thisUpdate).seconds,
            sha256: hexadecimal(SHA256.hash(data: list.der)), entries: list.entryCount)
    }
}

extension Issuer {
    /// Base64 of the issuer's signature over a statement of the index.
    func signature(of statement: [UInt8]) async throws(PublicationFault) -> String {
        do { return Data(try await sign(statement: statement)).base64EncodedString() } catch { throw .signing(error) }
    }
}
