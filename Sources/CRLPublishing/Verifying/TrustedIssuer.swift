import APISchema
import Foundation
package import PKI
import X509

/// A CA certificate that is the trusted root or was issued by it, and that may sign CRLs (RFC 5280 §4.2.1.3).
///
/// The root is called `root`, and nobody else is. Every other name is believed only when the issuer's own key signed it (``checkSignature(of:)``).
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
        guard isRoot == (name == .root) else { throw isRoot ? .rootUnderAnotherName : .notTheRoot }
        guard certificate.isCA else { throw .notACA }
        guard certificate.maySignLists else { throw .maySignNoLists }
        guard let keyIdentifier = certificate.subjectKeyIdentifier else { throw .noKeyIdentifier }
        self.name = name
        self.certificate = certificate
        self.keyIdentifier = keyIdentifier
    }

    /// Throws unless the issuer's key signed the entry, its name included. The root signs none: its certificate is its name.
    func checkSignature(of entry: PublishedIssuer) throws(PublishingFailure) {
        guard !isRoot else { return }
        guard entry.signature != nil else { throw .badIssuer(name: name.description, .entryNotSigned) }
        guard hasSigned(entry) else { throw .badIssuer(name: name.description, .entrySignedByAnother) }
    }

    /// Whether the issuer's key signed the entry as that of its own name.
    func hasSigned(_ entry: PublishedIssuer) -> Bool {
        entry.name == name.description && hasSigned(entry.statement, entry.signature)
    }

    /// - Parameter signature: base64.
    func hasSigned(_ statement: [UInt8], _ signature: String?) -> Bool {
        guard let octets = signature.flatMap({ Data(base64Encoded: $0) }) else { return false }
        return certificate.accepts(Array(octets), over: statement)
    }

    /// Whether both have the same key, whatever they are called.
    func hasSameKey(as other: TrustedIssuer) -> Bool { certificate.publicKey.der == other.certificate.publicKey.der }

    /// Throws when the certificate is not valid at `now`.
    func checkValidity(at now: UnixTime) throws(PublishingFailure) {
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
