import X509

extension CertificateDocument {
    /// True when the certificate's key verifies a signature over octets that are neither a certificate nor a CRL.
    /// - Parameter signature: DER `ECDSA-Sig-Value`; CAs here sign with P-256 and SHA-256, or P-384 and SHA-384.
    package func accepts(_ signature: [UInt8], over statement: [UInt8]) -> Bool {
        let algorithm: Certificate.SignatureAlgorithm
        switch publicKey.algorithm {
        case .p256: algorithm = .ecdsaWithSHA256
        case .p384: algorithm = .ecdsaWithSHA384
        case .ed25519, .rsa: return false
        }
        return certificate.publicKey.isValidSignature(signature[...], for: statement[...], signatureAlgorithm: algorithm)
    }
}
