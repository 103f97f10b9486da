import DurableFiles
import Issuance
import KeyCustody
import PKI

/// The CAs of a data directory, opened: certificates for all, keys for those that sign leaves.
struct OpenedIssuers: Sendable {
    let root: CertificateDocument
    let issuers: [Issuer]

    /// SHA-256 of every CA's SubjectPublicKeyInfo: these keys are never certified again.
    var ownKeys: Set<[UInt8]> { Set([root.publicKey.sha256] + issuers.map(\.publicKeySHA256)) }

    /// Opens the issuing CAs. The root's key stays closed.
    init(_ directory: DataDirectory, configuration: ServerConfiguration, environment: ServerEnvironment) throws(OperatorError) {
        do {
            root = try Self.certificate(directory.rootCertificate)
            let secret = try environment.issuerSecret.find(beside: directory.unsealKey)
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
                        locations: .init(publicURL: configuration.publicURL.description, issuer: name)))
            }
            self.issuers = issuers
        } catch {
            throw OperatorError(error)
        }
    }

    /// A certificate file with exactly one certificate.
    static func certificate(_ path: String) throws -> CertificateDocument {
        try CertificateDocument(pem: String(decoding: try DurableFile.read(path, limit: 1 << 16), as: UTF8.self))
    }
}
