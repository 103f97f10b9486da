internal import DurableFiles
internal import Foundation
internal import PKI

extension CredentialStore {
    private var pendingPath: String { directory + "/pending.json" }

    /// The key to ask for a certificate with: the one of an unfinished request for the same purpose, else a new one that is on disk when this returns.
    /// A request whose answer is in place already is unfinished too: its ticket is spent and answers for that key alone.
    func pendingKey(for purpose: PendingRequest.Purpose, type: KeyType) throws(ClientError) -> PrivateKey {
        if let pending = try readPending(), pending.purpose == purpose, pending.keyType == type {
            do { return try PrivateKey(pem: pending.key) } catch { try forgetPending() }
        }
        let key: PrivateKey
        do { key = try PrivateKey.generate(type.algorithm) } catch { throw .key(reason: error.summary) }
        let pending = PendingRequest(purpose: purpose, keyType: type, key: key.pem)
        try ClientFile.replace(Self.encode(pending), at: pendingPath, mode: 0o600)
        return key
    }

    /// The key of the pair that is stored; nil when there is none, or it cannot be used.
    func installedKey() throws(ClientError) -> PrivateKey? {
        do { return try read().key } catch {
            switch error {
            case .noCredentials, .brokenCredentials: return nil
            default: throw error
            }
        }
    }

    /// Called when the answer is stored, or when the CA judged the request itself to be wrong.
    func forgetPending() throws(ClientError) {
        try ClientFile.remove(pendingPath)
    }

    /// A key that anybody on the machine may read must be taken for stolen; nothing is built on it and nothing hides it.
    func refuseExposedKey() throws(ClientError) {
        guard ClientFile.exists(path(.key)) else { return }
        try SecretFile.check(path(.key)) { $0.isNotForEverybody }
    }

    /// Removes what a stop left of a pending request that was being written: it may hold a key.
    func discardUnfinishedPending() throws(ClientError) {
        for name in try ClientFile.entries(of: directory) where name.hasPrefix("pending.json.") {
            try ClientFile.remove(directory + "/" + name)
        }
    }

    /// Removes a request whose answer is in place, when only its removal was cut off.
    func forgetInstalledPending() throws(ClientError) {
        guard let pending = try readPending(), try ClientFile.read(path(.key), limit: 1 << 16) == Array(pending.key.utf8) else { return }
        try forgetPending()
    }

    private func readPending() throws(ClientError) -> PendingRequest? {
        guard ClientFile.exists(pendingPath) else { return nil }
        let bytes = try SecretFile.bytes(pendingPath) { $0.isClosed }
        // One that cannot be read is of another version or damaged: a new key costs at most a new ticket.
        do { return try JSONDecoder().decode(PendingRequest.self, from: Data(bytes)) } catch { return nil }
    }

    /// Whether a change waits to be announced.
    func hasUnannouncedChange() -> Bool { ClientFile.exists(path(.changed)) }

    /// Notes that the change was announced.
    func forgetChange() throws(ClientError) { try ClientFile.remove(path(.changed)) }
}

/// A key that was made for a request whose answer has not been stored yet.
///
/// It is written before the request is sent. When the answer is lost, the next attempt uses the same key, and the CA answers a spent ticket with the
/// certificate it made for that key.
struct PendingRequest: Codable, Sendable, Equatable {
    /// What the key was made for.
    enum Purpose: Codable, Sendable, Equatable {
        case enrolment(Enrolment)
        /// Serial number of the certificate to be renewed.
        case renewal(of: String)
    }

    var purpose: Purpose
    var keyType: KeyType
    /// PKCS#8 PEM.
    var key: String
}
