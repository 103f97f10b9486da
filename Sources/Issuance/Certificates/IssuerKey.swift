package import PKI

/// A CA's private key as this target sees it: a signer of an algorithm that CAs may have. Where the key lives is not known here.
package struct IssuerKey: Sendable {
    package let publicKey: SubjectPublicKey
    private let algorithm: KeyAlgorithm.Signature
    private let signer: any Signer

    /// Refuses algorithms that CAs here do not sign with.
    package init(_ signer: any Signer) throws(IssuerFault) {
        let algorithm = signer.publicKey.algorithm
        guard algorithm.signsCertificates else { throw .keyTypeUnsupported(algorithm.name) }
        self.signer = signer
        publicKey = signer.publicKey
        self.algorithm = algorithm.signature
    }

    /// AlgorithmIdentifier of the signatures, DER.
    package var signatureAlgorithm: [UInt8] { algorithm.identifier }

    /// Signs, and checks the result with the public key: a faulty signer never publishes (RSA-CRT, broken HSM).
    func signature(over tbs: ArraySlice<UInt8>) async throws(SigningFault) -> [UInt8] {
        let message = ToBeSigned(tbs, by: algorithm)
        let signature: [UInt8]
        do { signature = try await signer.sign(message) } catch { throw .signerFailed(error.reason) }
        guard publicKey.accepts(signature[...], over: message) else { throw .signatureInvalid }
        return signature
    }
}
