package import PKI

/// The root certificate that everything published must lead to. It is given, never fetched.
package struct TrustAnchor: Sendable {
    package let certificate: CertificateDocument

    /// Certificates beside the root, as in a chain, that could not be read, and why.
    package let passedOver: [String]

    /// - Parameters:
    ///   - pem: one root; other certificates are passed over.
    ///   - path: where it was read, for the error.
    package init(pem: String, path: String) throws(PublishingFailure) {
        let bundle = CertificateBundle(pem: pem)
        do throws(NoCertificate) { try bundle.requireSome() } catch {
            throw .badTrustAnchor(path: path, reason: error.summary)
        }
        let roots = Set(bundle.certificates.filter { $0.isCA && $0.isSigned(by: $0) })
        guard let certificate = roots.first else {
            throw .badTrustAnchor(path: path, reason: "there is no certificate of a root CA in it")
        }
        guard roots.count == 1 else {
            throw .badTrustAnchor(path: path, reason: "there are \(roots.count) root certificates in it, and one is to be trusted")
        }
        passedOver = bundle.passedOver
        self.certificate = certificate
    }
}
