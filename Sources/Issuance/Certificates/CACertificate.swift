package import PKI

/// Makes the certificates of the CAs themselves, at `init` or in a ceremony, never for a request.
package enum CACertificate {
    /// Seconds by which a new CA's validity starts in the past, so that its first leaves can be backdated in full.
    private static let backdate: Int64 = 3_600

    /// A self-signed root, valid 20 years.
    package static func root(
        commonName: String, organization: String, key: IssuerKey, serialNumber: SerialNumber, now: UnixTime
    ) async throws(SigningFault) -> CertificateDocument {
        let name = distinguishedNameDER([(.organization, organization), (.commonName, commonName)])
        let extensions =
            ExtensionDER.basicConstraints(pathLength: nil) + ExtensionDER.keyUsage([5, 6])
            + ExtensionDER.subjectKeyIdentifier(key.publicKey.keyIdentifier)
        return try await make(
            subject: name, publicKey: key.publicKey, issuerName: name, signer: key, extensions: extensions, serialNumber: serialNumber,
            notBefore: now - backdate, years: 20)
    }

    /// An issuing CA below the root, path length 0, valid 5 years.
    package static func issuing(
        commonName: String, organization: String, publicKey: SubjectPublicKey, root: Issuer, serialNumber: SerialNumber, now: UnixTime
    ) async throws(SigningFault) -> CertificateDocument {
        let extensions =
            ExtensionDER.basicConstraints(pathLength: 0) + ExtensionDER.keyUsage([0, 5, 6])
            + ExtensionDER.subjectKeyIdentifier(publicKey.keyIdentifier) + root.fixedExtensions
        return try await make(
            subject: distinguishedNameDER([(.organization, organization), (.commonName, commonName)]), publicKey: publicKey,
            issuerName: root.certificate.subjectDER, signer: root.key, extensions: extensions, serialNumber: serialNumber,
            notBefore: now - backdate, years: 5)
    }

    private static func make(
        subject: [UInt8], publicKey: SubjectPublicKey, issuerName: [UInt8], signer: IssuerKey, extensions: [UInt8],
        serialNumber: SerialNumber, notBefore: UnixTime, years: Int64
    ) async throws(SigningFault) -> CertificateDocument {
        let tbs = TBSCertificate(
            serialNumber: serialNumber, signatureAlgorithm: signer.signatureAlgorithm, issuer: issuerName, notBefore: notBefore,
            notAfter: notBefore + years * 365 * 86_400 - 1, subject: subject, publicKey: publicKey.der, extensions: extensions
        ).encoded()
        let signature = try await signer.signature(over: tbs[...])
        do {
            return try CertificateDocument(
                der: signedDER(tbs: tbs, signatureAlgorithm: signer.signatureAlgorithm, signature: signature))
        } catch {
            throw .undecodable("\(error)")
        }
    }
}
