internal import Foundation
public import PKI

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

/// `state.json`: what the files themselves do not say. It is advice; a lost or stale one is made up for.
struct StoredState: Codable, Sendable, Equatable {
    var version = 1
    /// Of the certificate this belongs to.
    var serialNumber: String
    /// Of a certificate without one, its first DNS name, or else address.
    var commonName: String
    var profile: String?
    var notBefore: UnixTime
    var notAfter: UnixTime
    /// When the CA wants to see us.
    var renewAt: UnixTime
    /// SHA-256 of the SubjectPublicKeyInfo, hexadecimal; nil where an earlier version wrote this.
    var publicKeySHA256: String?

    enum CodingKeys: String, CodingKey {
        case version
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case profile
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAt = "renew_at"
        case publicKeySHA256 = "public_key_sha256"
    }

    /// - Parameter renewAt: as the CA booked it; a time outside the certificate's life is replaced by two thirds of it.
    init(_ certificate: CertificateDocument, profile: String?, renewAt: UnixTime?) {
        let (start, end) = (certificate.notBefore, certificate.notAfter)
        serialNumber = certificate.serialNumber.description
        commonName = certificate.holder ?? ""
        self.profile = profile
        notBefore = start
        notAfter = end
        publicKeySHA256 = hexadecimal(certificate.publicKey.sha256)
        self.renewAt = renewalTime(booked: renewAt, notBefore: start, notAfter: end)
    }
}

/// When to renew: as the CA booked it, or after two thirds of the certificate's life where that is no time in it.
package func renewalTime(booked: UnixTime?, notBefore: UnixTime, notAfter: UnixTime) -> UnixTime {
    if let booked, notBefore <= booked, booked < notAfter { return booked }
    return notBefore + max(0, notAfter - notBefore) / 3 * 2
}

/// A pair on disk in a few words.
public struct CredentialSummary: Sendable, Equatable {
    /// Where the pair is.
    public let directory: String
    /// Lower-case hex with colons.
    public let serialNumber: String
    /// The device's UUID or the service's first name.
    public let commonName: String
    /// From this second on.
    public let notBefore: UnixTime
    /// Inclusive.
    public let notAfter: UnixTime
    /// When to renew.
    public let renewAt: UnixTime

    /// Whether the certificate has not expired at the given time.
    public func isValid(at now: UnixTime) -> Bool { now <= notAfter }

    init(directory: String, serialNumber: String, commonName: String, notBefore: UnixTime, notAfter: UnixTime, renewAt: UnixTime) {
        self.directory = directory
        self.serialNumber = serialNumber
        self.commonName = commonName
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.renewAt = renewAt
    }

    init(directory: String, state: StoredState) {
        self.init(
            directory: directory, serialNumber: state.serialNumber, commonName: state.commonName, notBefore: state.notBefore,
            notAfter: state.notAfter, renewAt: state.renewAt)
    }
}
