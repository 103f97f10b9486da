import HTTPFront
package import Issuance
package import PKI
package import Publication

/// The CAs of the deployment as the API names them: by name, by id, or `default`.
package struct IssuerDirectory: Sendable {
    /// A CA as the API shows it: no key.
    package struct Entry: Sendable {
        package let name: String
        package let state: IssuerState
        package let certificate: CertificateDocument
        /// From its own certificate up to the root.
        package let chain: [CertificateDocument]
        /// A UUID made of the certificate's SHA-256: stable, and the same on every server.
        package let id: String
        /// Likewise, of the public key.
        package let keyID: String
        package let crlURL: String
        package let certificateURL: String
        /// Its part of the answers to sign, issue and renew.
        let signedFields: [UInt8]

        package init(
            name: String, state: IssuerState = .issuing, certificate: CertificateDocument, chain: [CertificateDocument], crlURL: String,
            certificateURL: String
        ) {
            (self.name, self.state) = (name, state)
            self.certificate = certificate
            self.chain = chain
            self.crlURL = crlURL
            self.certificateURL = certificateURL
            signedFields = SignedAnswer.issuerFields(certificate: certificate, chain: chain)
            id = uuid(certificate.sha256)
            keyID = uuid(certificate.publicKey.sha256)
        }
    }

    let entries: [Entry]
    /// The issuer that `pki/ca` and `pki/crl` speak of.
    let standard: Entry
    private let published: PublishedDirectory

    /// - Parameters:
    ///   - standard: name of the default issuer; nil is answered when no entry has it.
    ///   - published: where the newest CRLs are.
    package init?(entries: [Entry], standard: String, published: PublishedDirectory) {
        guard let chosen = entries.first(where: { $0.name == standard }) else { return nil }
        self.entries = entries
        self.standard = chosen
        self.published = published
    }

    /// The issuer that a reference means.
    func find(_ reference: String) -> Entry? {
        reference == "default" ? standard : entries.first { $0.name == reference || $0.id == reference }
    }

    /// The newest published CRL of an issuer, DER or PEM; nil before the first publication.
    func revocationList(of entry: Entry, pem: Bool) -> ServedFile? {
        ServedFile(path: published.listPath(of: entry.name, pem: pem))
    }
}

/// The first 16 octets of a digest in a UUID's form (RFC 9562 §5.8, version 8: the meaning is ours).
private func uuid(_ digest: [UInt8]) -> String {
    var octets = Array(digest.prefix(16))
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    let digits = Array(hexadecimal(octets))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
}
