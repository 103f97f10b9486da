extension CertificateDocument {
    /// True when the certificate's key may be a CA's, and verifies a signature over octets that are neither a certificate nor a CRL.
    /// - Parameter signature: the content of a BIT STRING.
    package func accepts(_ signature: [UInt8], over statement: [UInt8]) -> Bool {
        let message = ToBeSigned(statement[...], by: publicKey.algorithm.signature)
        return publicKey.algorithm.signsCertificates && publicKey.accepts(signature[...], over: message)
    }
}
