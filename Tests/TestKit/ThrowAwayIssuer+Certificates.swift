import Foundation
package import PKI
import SwiftASN1
package import X509

/// Ten years, about.
private let lifetimeOfCAs: Int64 = 3_650 * 86_400

extension ThrowAwayIssuer {
    /// A root that signs itself.
    package init(selfSigned commonName: String, organization: String, notBefore: UnixTime) throws {
        let key = try PrivateKey.generate(.p256)
        let name = try DistinguishedName {
            OrganizationName(organization)
            CommonName(commonName)
        }
        let certificate = try makeCertificate(
            publicKey: key.publicKey, subject: name, issuer: name, issuerKey: key, serialNumber: SerialNumber(octets: [0x40, 0x01]),
            validity: notBefore...notBefore + lifetimeOfCAs, extensions: extensionsOfCA(key.publicKey, pathLength: nil))
        self.init(key: key, certificate: certificate)
    }

    /// An issuing CA below this one.
    package func makeIssuer(_ commonName: String, organization: String, notBefore: UnixTime) throws -> ThrowAwayIssuer {
        let key = try PrivateKey.generate(.p256)
        let name = try DistinguishedName {
            OrganizationName(organization)
            CommonName(commonName)
        }
        var extensions = try extensionsOfCA(key.publicKey, pathLength: 0)
        try extensions.append(AuthorityKeyIdentifier(keyIdentifier: self.key.publicKey.keyIdentifier[...]).makeCertificateExtension())
        let serialNumber = try SerialNumber(octets: [0x41] + key.publicKey.sha256.prefix(15))
        let certificate = try makeCertificate(
            publicKey: key.publicKey, subject: name, issuer: self.certificate.certificate.subject, issuerKey: self.key,
            serialNumber: serialNumber, validity: notBefore...notBefore + lifetimeOfCAs, extensions: extensions)
        return ThrowAwayIssuer(key: key, certificate: certificate)
    }

    /// A leaf for client and server authentication, valid for a day from `notBefore` unless told otherwise.
    ///
    /// - Parameters:
    ///   - commonName: nil for none; where the subject is empty then, the names are critical.
    ///   - distributionPoint: an http URI of the issuer's CRL.
    package func issue(
        to publicKey: SubjectPublicKey, serialNumber: SerialNumber, commonName: String?, organization: String? = nil,
        organizationalUnit: String? = nil, names: [PKI.GeneralName] = [], notBefore: UnixTime = ThrowAwayCA.now - 60,
        lifetime: Int64 = 86_400, distributionPoint: String? = nil, extra: [Certificate.Extension] = []
    ) throws -> CertificateDocument {
        let subject = try DistinguishedName {
            if let organization { OrganizationName(organization) }
            if let organizationalUnit { OrganizationalUnitName(organizationalUnit) }
            if let commonName { CommonName(commonName) }
        }
        var extensions = [
            try Critical(KeyUsage(digitalSignature: true)).makeCertificateExtension(),
            try ExtendedKeyUsage([.clientAuth, .serverAuth]).makeCertificateExtension(),
            try SubjectKeyIdentifier(keyIdentifier: publicKey.keyIdentifier[...]).makeCertificateExtension(),
            try AuthorityKeyIdentifier(keyIdentifier: key.publicKey.keyIdentifier[...]).makeCertificateExtension(),
        ]
        if !names.isEmpty { extensions.append(subjectAltName(names, critical: subject.isEmpty)) }
        if let distributionPoint { extensions.append(cRLDistributionPoint(distributionPoint)) }
        return try makeCertificate(
            publicKey: publicKey, subject: subject, issuer: certificate.certificate.subject, issuerKey: key,
            serialNumber: serialNumber, validity: notBefore...notBefore + lifetime - 1, extensions: extensions + extra)
    }
}

private func makeCertificate(
    publicKey: SubjectPublicKey, subject: DistinguishedName, issuer: DistinguishedName, issuerKey: PrivateKey,
    serialNumber: SerialNumber, validity: ClosedRange<UnixTime>, extensions: [Certificate.Extension]
) throws -> CertificateDocument {
    let certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(bytes: serialNumber.octets[...]),
        publicKey: Certificate.PublicKey(derEncoded: publicKey.der),
        notValidBefore: Date(timeIntervalSince1970: Double(validity.lowerBound.seconds)),
        notValidAfter: Date(timeIntervalSince1970: Double(validity.upperBound.seconds)),
        issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: Certificate.Extensions(extensions),
        issuerPrivateKey: Certificate.PrivateKey(derBytes: issuerKey.der))
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return try CertificateDocument(der: serializer.serializedBytes)
}

private func extensionsOfCA(_ key: SubjectPublicKey, pathLength: Int?) throws -> [Certificate.Extension] {
    [
        try Critical(BasicConstraints.isCertificateAuthority(maxPathLength: pathLength)).makeCertificateExtension(),
        try Critical(KeyUsage(keyCertSign: true, cRLSign: true)).makeCertificateExtension(),
        try SubjectKeyIdentifier(keyIdentifier: key.keyIdentifier[...]).makeCertificateExtension(),
    ]
}

private func subjectAltName(_ names: [PKI.GeneralName], critical: Bool) -> Certificate.Extension {
    var value = DERWriter()
    value.constructed(0x30) { list in
        for name in names { name.encode(into: &list) }
    }
    return Certificate.Extension(oid: .X509ExtensionID.subjectAlternativeName, critical: critical, value: value.bytes[...])
}

private func cRLDistributionPoint(_ uri: String) -> Certificate.Extension {
    var value = DERWriter()
    value.constructed(0x30) { points in
        points.constructed(0x30) { point in
            point.constructed(0xA0) { name in
                name.constructed(0xA0) { $0.text(0x86, uri) }
            }
        }
    }
    return Certificate.Extension(oid: [2, 5, 29, 31] as ASN1ObjectIdentifier, critical: false, value: value.bytes[...])
}
