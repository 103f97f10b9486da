internal import Foundation
internal import PKI

/// A key and a certificate read from disk and known to belong together.
struct StoredCredentials: Sendable {
    let key: PrivateKey
    let certificate: CertificateDocument
    /// The leaf first.
    let chain: [CertificateDocument]
    let state: StoredState
    let directory: String

    var summary: CredentialSummary { CredentialSummary(directory: directory, state: state) }
    /// For TLS.
    var identity: ClientIdentity { ClientIdentity(chain: chain, key: key) }
}

extension CredentialStore {
    /// Reads and checks, changes nothing: of a rotation that is committed but not finished, it reads the new files.
    func read() throws(ClientError) -> StoredCredentials {
        guard let certificatePEM = try content(.certificate), let key = try readKey() else {
            throw .noCredentials(directory: directory)
        }
        let certificate = try documents(certificatePEM, .certificate)[0]
        guard key.publicKey.der == certificate.publicKey.der else {
            throw .brokenCredentials(directory: directory, reason: "cert.pem is not for the key in key.pem")
        }
        let chainPEM = try content(.chain) ?? certificatePEM
        let chain = CertificateBundle(chainPEM).certificates
        let fitting = chain.first?.der == certificate.der ? chain : [certificate]
        return StoredCredentials(
            key: key, certificate: certificate, chain: fitting, state: try readState(for: certificate), directory: directory)
    }

    /// A key that anybody on the machine may read is not used: it must be taken for stolen.
    private func readKey() throws(ClientError) -> PrivateKey? {
        let committed = try rotation.committed(.key)
        guard let bytes = committed == nil ? try presentKey() : committed else { return nil }
        do { return try PrivateKey(pem: String(decoding: bytes, as: UTF8.self)) } catch {
            throw .brokenCredentials(directory: directory, reason: "key.pem is not a usable private key")
        }
    }

    private func presentKey() throws(ClientError) -> [UInt8]? {
        guard ClientFile.exists(path(.key)) else { return nil }
        return try SecretFile.bytes(path(.key)) { $0.isNotForEverybody }
    }

    private func content(_ file: CredentialFile) throws(ClientError) -> [UInt8]? {
        if let bytes = try rotation.committed(file) { return bytes }
        return try ClientFile.read(path(file), limit: 1 << 20)
    }

    private func documents(_ pem: [UInt8], _ file: CredentialFile) throws(ClientError) -> [CertificateDocument] {
        let found: [CertificateDocument]
        do { found = try CertificateDocument.all(pem: String(decoding: pem, as: UTF8.self)) } catch {
            throw .brokenCredentials(directory: directory, reason: "\(file.rawValue) is not a certificate: \(error.summary)")
        }
        guard !found.isEmpty else {
            throw .brokenCredentials(directory: directory, reason: "\(file.rawValue) holds no certificate")
        }
        return found
    }

    private func readState(for certificate: CertificateDocument) throws(ClientError) -> StoredState {
        let derived = StoredState(certificate, profile: nil, renewAt: nil)
        guard let bytes = try content(.state) else { return derived }
        do {
            let state = try JSONDecoder().decode(StoredState.self, from: Data(bytes))
            guard state.serialNumber == derived.serialNumber else { return derived }
            return StoredState(certificate, profile: state.profile, renewAt: state.renewAt)
        } catch { return derived }
    }
}
