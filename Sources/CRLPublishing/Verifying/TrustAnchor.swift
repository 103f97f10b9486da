package import PKI

/// The root certificate that everything published must lead to. It is given, never fetched.
package struct TrustAnchor: Sendable {
    package let certificate: CertificateDocument

    /// - Parameters:
    ///   - pem: exactly one certificate, self-signed.
    ///   - path: where it was read, for the error.
    package init(pem: String, path: String) throws(PublishingFailure) {
        let certificate: CertificateDocument
        do {
            certificate = try CertificateDocument(pem: pem)
        } catch {
            throw .badTrustAnchor(path: path, reason: error.summary)
        }
        guard certificate.isCA, certificate.isSigned(by: certificate) else {
            throw .badTrustAnchor(path: path, reason: "the certificate is not that of a root CA")
        }
        self.certificate = certificate
    }
}
