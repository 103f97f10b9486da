import Crypto
import Foundation
import SwiftASN1
package import X509

/// A certificate that was read: its exact octets, and swift-certificates' reading of them.
package struct CertificateDocument: Sendable, Hashable {
    /// Octets of DER; a certificate with ML-DSA keys and many names stays far below.
    package static let largestSize = 65_536

    package let der: [UInt8]
    package let certificate: Certificate
    package let serialNumber: SerialNumber
    package let notBefore: UnixTime
    /// Inclusive (RFC 5280 §4.1.2.5).
    package let notAfter: UnixTime
    package let publicKey: SubjectPublicKey
    /// The exact octets of the subject's Name.
    package let subjectDER: [UInt8]
    /// The exact octets of the issuer's Name.
    package let issuerDER: [UInt8]
    /// The subjectAltName, in its order.
    package let names: [GeneralName]
    package let isCA: Bool
    package let subjectKeyIdentifier: [UInt8]?
    private let outline: CertificateOutline

    /// Reads one certificate and nothing after it.
    package init(der: [UInt8]) throws(InvalidCertificate) {
        guard der.count <= Self.largestSize else { throw .tooLarge(octets: der.count) }
        let outline = try CertificateOutline(der: der)
        do throws(UnusableKey) {
            publicKey = try SubjectPublicKey(der: Array(der[outline.publicKeyInfo]))
        } catch {
            throw .unusableKey(error)
        }
        certificate = try Self.read("structure") { try Certificate(derEncoded: der) }
        let extensions = certificate.extensions
        names = try Self.read("subject alternative name") { try extensions.subjectAlternativeNames?.map { GeneralName($0) } ?? [] }
        isCA = try Self.read("basic constraints") {
            if case .isCertificateAuthority? = try extensions.basicConstraints { true } else { false }
        }
        subjectKeyIdentifier = try Self.read("subject key identifier") {
            try extensions.subjectKeyIdentifier.map { Array($0.keyIdentifier) }
        }
        self.der = der
        (serialNumber, notBefore, notAfter) = (outline.serialNumber, outline.notBefore, outline.notAfter)
        (subjectDER, issuerDER) = (Array(der[outline.subject]), Array(der[outline.issuer]))
        self.outline = outline
    }

    private static func read<Value>(_ field: String, _ reading: () throws -> Value) throws(InvalidCertificate) -> Value {
        do { return try reading() } catch { throw .malformed(field: field) }
    }

    /// The first CN of the subject; of a certificate without one, its first DNS name or else address (RFC 6125 §1.8).
    package var holder: String? { commonName ?? names.firstHost }
    /// The first CN of the subject.
    package var commonName: String? { outline.subjectAttributes.commonName.first }
    /// The first O of the subject.
    package var organization: String? { outline.subjectAttributes.organization.first }
    /// The first OU of the subject.
    package var organizationalUnit: String? { outline.subjectAttributes.organizationalUnit.first }
    /// SHA-256 of the whole certificate: its fingerprint.
    package var sha256: [UInt8] { Array(SHA256.hash(data: der)) }

    /// True when this certificate's issuer name is the other's subject, and the other's key verifies the signature.
    package func isSigned(by issuer: CertificateDocument) -> Bool {
        issuerDER == issuer.subjectDER
            && issuer.publicKey.accepts(der[outline.signature], by: der[outline.signatureAlgorithm], over: der[outline.tbs])
    }

    package static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension CertificateDocument {
    /// RFC 7468 §5.1: generators write the first, parsers may take the others.
    static let labels: Set<String> = ["CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE"]

    /// `-----BEGIN CERTIFICATE-----`
    package var pem: String { PEM.encode(der, type: "CERTIFICATE") }

    /// Reads a text with exactly one certificate.
    package init(pem: String) throws(InvalidCertificate) {
        let all = try Self.all(pem: pem)
        guard let certificate = all.first, all.count == 1 else { throw .wrongCount(all.count) }
        self = certificate
    }

    /// Reads every certificate of a text, in its order; any other PEM block is an error.
    package static func all(pem: String) throws(InvalidCertificate) -> [CertificateDocument] {
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            throw .notPEM(error)
        }
        var certificates: [CertificateDocument] = []
        for block in blocks {
            guard labels.contains(block.type) else { throw .wrongLabel(block.type) }
            certificates.append(try CertificateDocument(der: block.der))
        }
        return certificates
    }
}

extension CertificateDocument {
    /// True when the certificate's key may be a CA's, and verifies a signature over octets that are neither a certificate nor a CRL.
    /// - Parameter signature: the content of a BIT STRING.
    package func accepts(_ signature: [UInt8], over statement: [UInt8]) -> Bool {
        let message = ToBeSigned(statement[...], by: publicKey.algorithm.signature)
        return publicKey.algorithm.signsCertificates && publicKey.accepts(signature[...], over: message)
    }
}
