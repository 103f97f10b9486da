package import PKI
internal import X509

/// The use of a CA's key.
package enum IssuerState: String, Sendable, CaseIterable {
    /// Signs certificates and CRLs.
    case issuing
    /// Signs CRLs alone, until the last of its certificates has expired.
    case retired
}

/// An issuing CA: its certificate, its key, and the parts that are the same in all its leaves, encoded once.
///
/// A class, because every signature passes it on: a copy of its fields would cost a hundred reference counts each time.
package final class Issuer: Sendable {
    package let name: String
    package let state: IssuerState
    package let certificate: CertificateDocument
    /// From this CA's certificate up to the root.
    package let chain: [CertificateDocument]
    /// Addresses of the CRL (CDP) and of this certificate (AIA).
    package let locations: Locations
    let key: IssuerKey
    /// Authority key identifier, CRL distribution point and authority information access, DER.
    let fixedExtensions: [UInt8]

    /// The public addresses that certificates carry.
    package struct Locations: Sendable, Equatable {
        package let crl: String
        package let certificate: String

        /// - Parameter publicURL: `http://HOST:PORT`, no slash at its end.
        package init(publicURL: String, issuer: String) {
            crl = "\(publicURL)/crl/\(issuer).crl"
            certificate = "\(publicURL)/ca/\(issuer).cer"
        }
    }

    /// Refuses a key that does not belong to the certificate, and a certificate that may not sign certificates and CRLs.
    package init(
        name: String, state: IssuerState = .issuing, certificate: CertificateDocument, chain: [CertificateDocument], key: IssuerKey,
        locations: Locations
    ) throws(IssuerFault) {
        guard certificate.publicKey.der == key.publicKey.der else { throw .keyMismatch(name) }
        guard certificate.isCA else { throw .notACA(name) }
        guard let usage = try? certificate.certificate.extensions.keyUsage, usage.keyCertSign, usage.cRLSign else {
            throw .keyUsageMissing(name)
        }
        guard let identifier = certificate.subjectKeyIdentifier else { throw .keyIdentifierMissing(name) }
        self.name = name
        self.state = state
        self.certificate = certificate
        self.chain = chain
        self.key = key
        self.locations = locations
        fixedExtensions =
            ExtensionDER.authorityKeyIdentifier(identifier) + ExtensionDER.crlDistributionPoint(locations.crl)
            + ExtensionDER.caIssuers(locations.certificate)
    }

    /// SHA-256 of the issuer's SubjectPublicKeyInfo.
    package var publicKeySHA256: [UInt8] { certificate.publicKey.sha256 }
}

/// Reasons why an issuer cannot be used.
package enum IssuerFault: Explained, Sendable, Equatable {
    case keyMismatch(String)
    case notACA(String)
    case keyUsageMissing(String)
    case keyIdentifierMissing(String)
    case keyTypeUnsupported(String)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .keyMismatch(let name): "the key of issuer \(name) does not belong to its certificate"
        case .notACA(let name): "the certificate of issuer \(name) is not a CA certificate"
        case .keyUsageMissing(let name): "the certificate of issuer \(name) lacks keyCertSign or cRLSign"
        case .keyIdentifierMissing(let name): "the certificate of issuer \(name) has no subject key identifier"
        case .keyTypeUnsupported(let type): "a CA key of type \(type) is not supported: CAs here sign with \(KeyAlgorithm.titlesOfCAs)"
        }
    }

    /// The next step in words.
    package var remedy: String { "restore the certificate and the sealed key of this issuer from the same backup" }
}

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
