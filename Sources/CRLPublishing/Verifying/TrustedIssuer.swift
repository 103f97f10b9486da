import PKI
import X509

/// A CA certificate that is the trusted root or was issued by it, and that may sign CRLs (RFC 5280 §4.2.1.3).
struct TrustedIssuer: Sendable {
    let name: IssuerName
    let certificate: CertificateDocument
    let keyIdentifier: [UInt8]
    let isRoot: Bool

    init(name: IssuerName, der: [UInt8], anchor: TrustAnchor) throws(PublishingFailure) {
        do throws(IssuerFault) {
            try self.init(checking: name, der: der, anchor: anchor)
        } catch {
            throw .badIssuer(name: name.description, error)
        }
    }

    private init(checking name: IssuerName, der: [UInt8], anchor: TrustAnchor) throws(IssuerFault) {
        let certificate: CertificateDocument
        do {
            certificate = try CertificateDocument(der: der)
        } catch {
            throw .notACertificate(reason: error.summary)
        }
        let root = anchor.certificate
        isRoot = der == root.der
        guard isRoot || (certificate.issuerDER == root.subjectDER && certificate.isSigned(by: root)) else { throw .notUnderRoot }
        guard certificate.isCA else { throw .notACA }
        guard certificate.maySignLists else { throw .maySignNoLists }
        guard let keyIdentifier = certificate.subjectKeyIdentifier else { throw .noKeyIdentifier }
        self.name = name
        self.certificate = certificate
        self.keyIdentifier = keyIdentifier
    }

    /// Throws when the certificate is not valid at `now`, in seconds since 1970.
    func checkValidity(at now: Int64) throws(PublishingFailure) {
        guard certificate.notBefore <= now, now <= certificate.notAfter else {
            let fault = IssuerFault.outsideValidity(notBefore: certificate.notBefore, notAfter: certificate.notAfter)
            throw .badIssuer(name: name.description, fault)
        }
    }
}

extension CertificateDocument {
    /// keyUsage asserts cRLSign. An absent keyUsage restricts nothing in RFC 5280, but no CA of ours lacks it.
    fileprivate var maySignLists: Bool {
        do {
            return try certificate.extensions.keyUsage?.cRLSign ?? false
        } catch {
            return false
        }
    }
}
