import Crypto
import Foundation
import SwiftASN1
package import X509

/// A certificate as it was read: its exact octets, and what swift-certificates makes of them.
package struct CertificateDocument: Sendable, Hashable {
    /// Octets of DER; a certificate with ML-DSA keys and many names stays far below.
    package static let largestSize = 65_536

    package let der: [UInt8]
    package let certificate: Certificate
    package let serialNumber: SerialNumber
    /// Seconds since 1970.
    package let notBefore: Int64
    /// Seconds since 1970, inclusive (RFC 5280 §4.1.2.5).
    package let notAfter: Int64
    package let publicKey: SubjectPublicKey
    /// The exact octets of the subject's Name.
    package let subjectDER: [UInt8]
    /// The exact octets of the issuer's Name.
    package let issuerDER: [UInt8]
    /// The subjectAltName, in its order.
    package let names: [GeneralName]
    package let isCA: Bool
    package let subjectKeyIdentifier: [UInt8]?
    private let subject: RequestedSubject

    /// Reads one certificate and nothing after it.
    package init(der: [UInt8]) throws(InvalidCertificate) {
        guard der.count <= Self.largestSize else { throw .tooLarge(octets: der.count) }
        let outline = try CertificateOutline(der: der)
        do throws(UnusableKey) {
            publicKey = try SubjectPublicKey(der: Array(der[outline.publicKeyInfo]))
        } catch {
            throw .unusableKey(error)
        }
        do {
            certificate = try Certificate(derEncoded: der)
            names = try certificate.extensions.subjectAlternativeNames?.map { GeneralName($0) } ?? []
            isCA = if case .isCertificateAuthority? = try certificate.extensions.basicConstraints { true } else { false }
            subjectKeyIdentifier = try certificate.extensions.subjectKeyIdentifier.map { Array($0.keyIdentifier) }
        } catch {
            throw .malformed(reason: explanation(of: error))
        }
        self.der = der
        (serialNumber, notBefore, notAfter) = (outline.serialNumber, outline.notBefore, outline.notAfter)
        (subjectDER, issuerDER) = (Array(der[outline.subject]), Array(der[outline.issuer]))
        subject = outline.subjectAttributes
    }

    /// The first CN of the subject.
    package var commonName: String? { subject.commonName.first }
    /// The first O of the subject.
    package var organization: String? { subject.organization.first }
    /// The first OU of the subject.
    package var organizationalUnit: String? { subject.organizationalUnit.first }
    /// SHA-256 of the whole certificate: its fingerprint.
    package var sha256: [UInt8] { Array(SHA256.hash(data: der)) }

    /// Whether the issuer is named as such and its key made the signature.
    package func isSigned(by issuer: CertificateDocument) -> Bool {
        issuerDER == issuer.subjectDER
            && issuer.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    package static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
