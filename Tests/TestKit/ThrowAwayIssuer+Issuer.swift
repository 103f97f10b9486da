package import Issuance
package import PKI

extension ThrowAwayIssuer {
    /// The CA as the code under test takes it.
    /// - Parameter sign: stands in for the key.
    package func issuer(
        _ name: String, root: CertificateDocument, sign: (@Sendable (SignatureDigest) throws -> [UInt8])? = nil
    ) throws -> Issuer {
        try Issuer(
            name: name, certificate: certificate, chain: [certificate, root],
            key: IssuerKey(publicKey: key.publicKey, signatureAlgorithm: key.signatureAlgorithmDER) { [key] in
                try sign?($0) ?? key.sign($0)
            },
            locations: Issuer.Locations(publicURL: "http://ca.test:8080", issuer: name))
    }
}
