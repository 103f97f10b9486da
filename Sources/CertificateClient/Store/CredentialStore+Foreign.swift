internal import Foundation
internal import PKI

extension CredentialStore {
    /// Refuses a directory with files of others under the names that an enrolment writes to. Ours are known by `state.json`, and where that is
    /// lost, by a certificate for the key that chains to the trusted root.
    func refuseForeignFiles(_ trust: TrustAnchors) async throws(ClientError) {
        var names: [String] = []
        for file in [CredentialFile.key, .certificate, .chain, .root, .state] where ClientFile.exists(path(file)) {
            if file == .root, try holdsOnly(trust) { continue }
            names.append(file.rawValue)
        }
        guard !names.isEmpty, try !hasState() else { return }
        guard await !isPair(of: trust) else { return }
        throw .foreignFiles(directory: directory, names: names)
    }

    private func hasState() throws(ClientError) -> Bool {
        guard let bytes = try ClientFile.read(path(.state), limit: 1 << 20) else { return false }
        do { return try JSONDecoder().decode(StoredState.self, from: Data(bytes)).version == 1 } catch { return false }
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
