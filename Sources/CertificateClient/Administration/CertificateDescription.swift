package import PKI
internal import X509

/// A certificate in words, for people and for JSON.
package struct CertificateDescription: Codable, Sendable, Equatable {
    package var serialNumber: String
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    package var subjectAlternativeNames: [String]
    /// Distinguished name, RFC 4514.
    package var issuerName: String
    package var notBefore: UnixTime
    /// Inclusive.
    package var notAfter: UnixTime
    package var keyType: String
    package var isCA: Bool
    /// SHA-256 of the DER, hex with colons.
    package var fingerprint: String

    package init(_ document: CertificateDocument) {
        serialNumber = document.serialNumber.description
        commonName = document.commonName
        organization = document.organization
        organizationalUnit = document.organizationalUnit
        subjectAlternativeNames = document.names.map(\.description)
        issuerName = String(describing: document.certificate.issuer)
        notBefore = document.notBefore
        notAfter = document.notAfter
        keyType = document.publicKey.algorithm.name
        isCA = document.isCA
        fingerprint = document.sha256.map { hexadecimal([$0]) }.joined(separator: ":")
    }

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case organization
        case organizationalUnit = "ou"
        case subjectAlternativeNames = "subject_alternative_names"
        case issuerName = "issuer_name"
        case notBefore = "not_before"
        case notAfter = "not_after"
        case keyType = "key_type"
        case isCA = "is_ca"
        case fingerprint = "fingerprint_sha256"
    }
}
