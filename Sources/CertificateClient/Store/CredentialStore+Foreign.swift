internal import Foundation
internal import PKI

extension CredentialStore {
    /// Refuses a directory with files of others under the names that an enrolment writes to. Ours are known by a certificate for the key that chains
    /// to the trusted root, or by `state.json`, which vouches for every file but a key that it does not name.
    func refuseForeignFiles(_ trust: TrustAnchors) async throws(ClientError) {
        var names: [String] = []
        for file in [CredentialFile.key, .certificate, .chain, .root, .state] where ClientFile.exists(path(file)) {
            if file == .root, try holdsOnly(trust) { continue }
            names.append(file.rawValue)
        }
        guard !names.isEmpty, await !isPair(of: trust) else { return }
        if let state = try ownState() {
            guard try !isOwnKey(state) else { return }
            names = [CredentialFile.key.rawValue]
        }
        throw .foreignFiles(directory: directory, names: names)
    }

    private func ownState() throws(ClientError) -> StoredState? {
        guard let bytes = try ClientFile.read(path(.state), limit: 1 << 20) else { return nil }
        do {
            let state = try JSONDecoder().decode(StoredState.self, from: Data(bytes))
            return state.version == 1 ? state : nil
        } catch { return nil }
    }

    /// Whether `key.pem` is the key that the state was written for, or there is none to lose.
    private func isOwnKey(_ state: StoredState) throws(ClientError) -> Bool {
        guard let bytes = try ClientFile.read(path(.key), limit: 1 << 16), !bytes.isEmpty else { return true }
        guard let key = try? PrivateKey(pem: String(decoding: bytes, as: UTF8.self)).publicKey else { return false }
        if let digest = state.publicKeySHA256 { return hexadecimal(key.sha256) == digest }
        // An earlier version did not note the key; the certificate that it noted tells it.
        guard let pem = try ClientFile.read(path(.certificate), limit: 1 << 20) else { return false }
        return CertificateBundle(pem).certificates.first { $0.serialNumber.description == state.serialNumber }?.publicKey == key
    }

    /// A root that a person put there for us.
    private func holdsOnly(_ trust: TrustAnchors) throws(ClientError) -> Bool {
        do throws(ClientError) {
            guard let root = try root() else { return false }
            return root.roots.allSatisfy { known in trust.roots.contains { $0.der == known.der } }
        } catch {
            if case .noRootCertificate = error { return false }
            throw error
        }
    }

    private func isPair(of trust: TrustAnchors) async -> Bool {
        do {
            let pair = try read()
            _ = try await AcceptedCertificate.chain(pair.certificate, pair.chain, trust, now: pair.certificate.notBefore)
            return true
        } catch { return false }
    }
}
