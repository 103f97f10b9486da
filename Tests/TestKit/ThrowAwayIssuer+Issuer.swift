package import Issuance
package import PKI

extension ThrowAwayIssuer {
    /// The CA as the code under test takes it.
    /// - Parameter sign: stands in for the key.
    package func issuer(
        _ name: String, state: IssuerState = .issuing, root: CertificateDocument, sign: StandInSigner.Signature? = nil
    ) throws -> Issuer {
        try Issuer(
            name: name, state: state, certificate: certificate, chain: [certificate, root],
            key: IssuerKey(sign.map { StandInSigner(key.publicKey, sign: $0) } ?? key),
            locations: Issuer.Locations(publicURL: "http://ca.test:8080", issuer: name))
    }
}

/// A CA's key that does as a test wants.
package struct StandInSigner: Signer {
    package typealias Signature = @Sendable (_ message: ToBeSigned) async throws(SigningFailure) -> [UInt8]

    package let publicKey: SubjectPublicKey
    private let signature: Signature

    package init(_ publicKey: SubjectPublicKey, sign: @escaping Signature) {
        self.publicKey = publicKey
        signature = sign
    }

    package func sign(_ message: ToBeSigned) async throws(SigningFailure) -> [UInt8] { try await signature(message) }
}
