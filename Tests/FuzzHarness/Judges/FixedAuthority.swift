import CRLPublishing
import Foundation
import PKI
import SwiftASN1
import X509

/// A root CA that is the same in every process, so that lists kept in the corpus stay its lists.
struct FixedAuthority {
    /// 2026-01-01T00:00:00Z
    static let now: UnixTime = 1_767_225_600
    /// The number of the list that is published already.
    static let publishedNumber: Int64 = 5

    let certificate: CertificateDocument
    let anchor: TrustAnchor

    /// The one of this process.
    static let shared = Result { try FixedAuthority() }

    private init() throws {
        let key = try FixedKey.key()
        let name = try DistinguishedName { CommonName("Fuzz Root") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(bytes: [0x40, 0x01]), publicKey: Certificate.PublicKey(derEncoded: key.publicKey.der),
            notValidBefore: Date(timeIntervalSince1970: Double((Self.now - 86_400).seconds)),
            notValidAfter: Date(timeIntervalSince1970: Double((Self.now + 3_650 * 86_400).seconds)), issuer: name, subject: name,
            signatureAlgorithm: .ed25519,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(keyIdentifier: key.publicKey.keyIdentifier[...])
            },
            issuerPrivateKey: Certificate.PrivateKey(derBytes: key.der))
        self.certificate = try CertificateDocument(der: try judgedDER(certificate))
        anchor = try TrustAnchor(pem: self.certificate.pem, path: "root.pem")
    }

    /// A list of this root with an old and a young entry, valid for a week from an hour ago.
    func list(number: Int64) throws -> [UInt8] {
        let writer = try WrittenList(
            issuerNameDER: certificate.subjectDER, keyIdentifier: FixedKey.key().publicKey.keyIdentifier, number: number,
            thisUpdate: Self.now - 3_600, nextUpdate: Self.now + 7 * 86_400)
        return try writer.list(of: [Self.oldEntry, Self.youngEntry]).der
    }

    /// Revoked a month ago, so it may leave.
    static var oldEntry: CertificateRevocationList.Entry {
        get throws {
            CertificateRevocationList.Entry(
                serialNumber: try SerialNumber(octets: [0x50, 0x01]), date: now - 30 * 86_400, reason: .unspecified)
        }
    }

    /// Revoked less than a day ago, so it may not leave.
    static var youngEntry: CertificateRevocationList.Entry {
        get throws {
            CertificateRevocationList.Entry(
                serialNumber: try SerialNumber(octets: [0x50, 0x02]), date: now - 7_200, reason: .keyCompromise)
        }
    }
}
