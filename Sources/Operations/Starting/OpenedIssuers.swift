import DurableFiles
package import Issuance
package import KeyCustody
package import PKI

/// The CAs of a data directory, opened: certificates for all, keys for those that sign leaves.
package struct OpenedIssuers: Sendable {
    package let root: CertificateDocument
    package let issuers: [Issuer]

    /// SHA-256 of every CA's SubjectPublicKeyInfo: these keys are never certified again.
    package var ownKeys: Set<[UInt8]> { Set([root.publicKey.sha256] + issuers.map(\.publicKeySHA256)) }

    /// All certificates by name, the root's last.
    package var certificates: [(name: String, certificate: CertificateDocument)] {
        issuers.map { ($0.name, $0.certificate) } + [(IssuerName.root, root)]
    }

    /// Opens the issuing CAs. The root's key stays closed.
    /// - Parameters:
    ///   - publicURL: the beginning of the addresses that certificates name.
    ///   - secret: opens the issuing keys.
    package init(_ directory: DataDirectory, publicURL: String, secret: SealingSecret) throws(OperatorError) {
        do {
            root = try Self.certificate(directory.rootCertificate)
            var issuers: [Issuer] = []
            for name in IssuerName.issuing {
                let certificate = try Self.certificate(directory.issuerCertificate(name))
                guard certificate.isSigned(by: root) else {
                    throw OperatorError(
                        summary: "the certificate of issuer \(name) is not signed by \(directory.rootCertificate)",
                        remedy: "restore both from the same backup")
                }
                let key = try KeyVault.load(directory.issuerKey(name), name: name, secret: secret)
                try KeyVault.checkMatch(certificate: certificate, key: key)
                issuers.append(
                    try Issuer(
                        name: name, certificate: certificate, chain: [certificate, root], key: try IssuerKey(key),
                        locations: .init(publicURL: publicURL, issuer: name)))
            }
            self.issuers = issuers
        } catch {
            throw OperatorError(error)
        }
    }

    /// A certificate file with exactly one certificate.
    package static func certificate(_ path: String) throws -> CertificateDocument {
        try CertificateDocument(pem: String(decoding: try DurableFile.read(path, limit: 1 << 16), as: UTF8.self))
    }
}

extension IssuerKey {
    /// Hands a key from custody to the one target that may sign with it.
    init(_ key: CAKey) throws(IssuerFault) {
        try self.init(publicKey: key.publicKey, signatureAlgorithm: key.signatureAlgorithmDER) { try key.sign($0) }
    }
}
