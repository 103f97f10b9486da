import DurableFiles
import Issuance
package import KeyCustody
package import PKI

/// Makes a further issuing CA, signed with the root's key.
///
/// Key, certificate and list are written in this order, each whole. A ceremony that was cut off has left a key, or a key and a certificate, that
/// no list names; the next one for the name goes on with them. A key is never deleted: it may have signed.
package struct IssuerCeremony {
    private let directory: DataDirectory
    private let organization: String

    /// - Parameter organization: in the subject of the certificate.
    init(directory: DataDirectory, organization: String) {
        (self.directory, self.organization) = (directory, organization)
    }

    /// Adds an issuer to the directory. A running server does not know it before it is started again.
    /// - Parameters:
    ///   - name: that no issuer has.
    ///   - secrets: that which opens the keys of the other issuers and seals this one's, and the root's.
    package static func run(
        _ name: IssuerName, in directory: DataDirectory, publicURL: String, secrets: (issuers: SealingSecret, root: SealingSecret),
        now: UnixTime, using generator: inout some RandomNumberGenerator
    ) async throws -> CertificateDocument {
        let lock = try lock(directory)
        defer { lock.release() }
        // With all keys: that of another secret would not open at the next start.
        let opened = try OpenedIssuers(directory, publicURL: publicURL, secret: secrets.issuers)
        guard opened.list[name.description] == nil else {
            throw OperatorError(
                summary: "there is an issuer \(name) already",
                remedy: "choose another name; if the server does not know it, restart the server")
        }
        let root = try Issuer(rootOf: directory, publicURL: publicURL, secret: secrets.root)
        let list = opened.list.adding(name)
        guard let entry = list[name.description], let organization = root.certificate.organization else {
            throw OperatorError(summary: "the root's subject has no organization", remedy: "use the root that ca-server init made")
        }
        try list.checkPlaces(in: directory)
        let ceremony = IssuerCeremony(directory: directory, organization: organization)
        let (key, certificate) = try ceremony.begun(entry, root: root, secret: secrets.issuers)
        let used = try key ?? ceremony.makeKey(entry, secret: secrets.issuers, using: &generator)
        let made: CertificateDocument
        if let certificate {
            made = certificate
        } else {
            made = try await ceremony.makeCertificate(entry, key: used, root: root, now: now, using: &generator)
        }
        try list.write(to: directory)
        return made
    }

    /// Changes the list of issuers, one program at a time.
    /// - Parameter change: the list that takes its place.
    package static func changing(
        _ directory: DataDirectory, _ change: (IssuerList) throws -> IssuerList
    ) throws -> IssuerList {
        let lock = try lock(directory)
        defer { lock.release() }
        let list = try change(try IssuerList.read(directory))
        try list.write(to: directory)
        return list
    }

    private static func lock(_ directory: DataDirectory) throws -> FileLock {
        do { return try FileLock(path: "\(directory.issuerList).lock") } catch {
            guard error.isHeldElsewhere else { throw error }
            throw OperatorError(summary: "another ceremony in \(directory.path) is under way", remedy: "wait for its end")
        }
    }

    /// Key and certificate that an earlier ceremony for the issuer has left; they must fit together.
    private func begun(
        _ entry: IssuerList.Entry, root: Issuer, secret: SealingSecret
    ) throws -> (key: PrivateKey?, certificate: CertificateDocument?) {
        let (keyFile, certificateFile) = (directory.path(of: entry.key), directory.path(of: entry.certificate))
        let certificate = DurableFile.exists(certificateFile) ? try OpenedIssuers.certificate(certificateFile) : nil
        guard DurableFile.exists(keyFile) else {
            guard certificate == nil else {
                throw OperatorError(
                    summary: "there is \(certificateFile), and no key for it",
                    remedy: "put \(keyFile) back, or move the certificate away if it was never in use")
            }
            return (nil, nil)
        }
        let key = try KeyVault.load(keyFile, name: entry.name.description, secret: secret)
        if let certificate {
            try KeyVault.checkMatch(certificate: certificate, key: key)
            guard certificate.isSigned(by: root.certificate) else {
                throw OperatorError(
                    summary: "\(certificateFile) is not signed by \(directory.rootCertificate)", remedy: "move it and \(keyFile) away")
            }
        }
        return (key, certificate)
    }

    /// A new key, sealed in its place.
    func makeKey(
        _ entry: IssuerList.Entry, secret: SealingSecret, using generator: inout some RandomNumberGenerator
    ) throws -> PrivateKey {
        let key = try PrivateKey.generate(.p256)
        try KeyVault.store(key, name: entry.name.description, secret: secret, at: directory.path(of: entry.key), using: &generator)
        return key
    }

    /// A new certificate, in its place.
    func makeCertificate(
        _ entry: IssuerList.Entry, key: PrivateKey, root: Issuer, now: UnixTime, using generator: inout some RandomNumberGenerator
    ) async throws -> CertificateDocument {
        let certificate = try await CACertificate.issuing(
            commonName: entry.name.commonName, organization: organization, publicKey: key.publicKey, root: root,
            serialNumber: SerialNumber(using: &generator), now: now)
        try DurableFile.create(directory.path(of: entry.certificate), with: Array(certificate.pem.utf8), mode: 0o644)
        return certificate
    }
}
