package import DurableFiles
package import Issuance
package import KeyCustody
package import Logging
package import PKI

/// The CAs of a data directory, opened: certificates for all, keys for those that sign leaves or did so.
package struct OpenedIssuers: Sendable {
    /// The directory's list of them.
    package let list: IssuerList
    package let root: CertificateDocument
    /// Sorted by name, the retired ones among them.
    package let issuers: [Issuer]

    /// SHA-256 of every CA's SubjectPublicKeyInfo: these keys are never certified again.
    package var ownKeys: Set<[UInt8]> { Set([root.publicKey.sha256] + issuers.map(\.publicKeySHA256)) }

    /// All certificates by name, the root's last.
    package var certificates: [(name: String, certificate: CertificateDocument)] {
        issuers.map { ($0.name, $0.certificate) } + [(IssuerName.root.description, root)]
    }

    /// Opens the issuing CAs. The root's key stays closed.
    /// - Parameters:
    ///   - list: another list than the directory's.
    ///   - publicURL: the beginning of the addresses that certificates name.
    ///   - secret: opens the issuing keys.
    package init(
        _ directory: DataDirectory, list: IssuerList? = nil, publicURL: String, secret: SealingSecret
    ) throws(OperatorError) {
        do {
            self.list = try list ?? IssuerList.read(directory)
            let root = try Self.certificate(directory.rootCertificate)
            self.root = root
            issuers = try self.list.entries.map { entry in
                let certificate = try Self.certificate(directory.path(of: entry.certificate))
                guard certificate.isSigned(by: root) else {
                    throw OperatorError(
                        summary: "the certificate of issuer \(entry.name) is not signed by \(directory.rootCertificate)",
                        remedy: "restore both from the same backup")
                }
                let name = entry.name.description
                let key = try KeyVault.load(directory.path(of: entry.key), name: name, secret: secret)
                try KeyVault.checkMatch(certificate: certificate, key: key)
                return try Issuer(
                    name: name, state: entry.state, certificate: certificate, chain: [certificate, root], key: try IssuerKey(key),
                    locations: .init(publicURL: publicURL, issuer: name))
            }
        } catch {
            throw OperatorError(error)
        }
    }

    /// Writes `chain.pem` when it does not say every issuing CA and the root.
    package func writeChain(to directory: DataDirectory) throws(FileFailure) {
        let chain = Array(certificates.map(\.certificate.pem).joined().utf8)
        guard try DurableFile.readIfPresent(directory.chain) != chain else { return }
        try DurableFile.replace(directory.chain, with: chain, mode: 0o644)
    }

    /// Logs what an operator may not expect: that there is no list, and keys that the list does not name.
    package func report(_ directory: DataDirectory, to logger: Logger) throws(FileFailure) {
        if !DurableFile.exists(directory.issuerList) {
            logger.notice(
                "no issuers.yaml, as in the directory of an older version: the issuers are those that it had",
                metadata: ["issuers": "\(list.names.joined(separator: ", "))"])
        }
        let known = Set(list.entries.map(\.key))
        for name in try DurableFile.names(in: directory.issuers) where name.hasSuffix(".key") && !known.contains("issuers/\(name)") {
            logger.warning(
                "a key that issuers.yaml does not name: ca-server issuer prepare was cut off, or the list has lost an issuer",
                metadata: ["file": "\(directory.issuers)/\(name)", "remedy": "ca-server issuer prepare \(name.dropLast(4)) takes it in"])
        }
    }

    /// A certificate file with exactly one certificate.
    package static func certificate(_ path: String) throws -> CertificateDocument {
        try CertificateDocument(pem: String(decoding: try DurableFile.read(path, limit: 1 << 16), as: UTF8.self))
    }
}
