internal import DurableFiles
internal import Foundation
internal import PKI

/// A directory with a key, its certificate and what belongs to them: `key.pem`, `cert.pem`, `chain.pem`, `ca.pem`, `state.json`.
public struct CredentialStore: Sendable, Equatable {
    /// Without a trailing slash.
    public let directory: String

    /// Looks at nothing yet; the directory is made when something is stored.
    public init(directory: String) {
        self.directory = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    }

    /// PKCS#8 PEM, mode 0600.
    public var keyFile: String { path(.key) }
    /// The certificate alone, PEM.
    public var certificateFile: String { path(.certificate) }
    /// The certificate and its issuing CA, PEM.
    public var chainFile: String { path(.chain) }
    /// The root, PEM.
    public var rootFile: String { path(.root) }

    /// Finishes an interrupted rotation if there is one, then reads the pair and checks that key and certificate belong together.
    /// - Throws: `noCredentials` when the directory holds none, `brokenCredentials` when its files do not fit.
    public func summary() throws(ClientError) -> CredentialSummary {
        try load().summary
    }

    /// As `summary`, but changes nothing on disk.
    public func inspect() throws(ClientError) -> CredentialSummary { try read().summary }

    /// As `summary`, with the key and certificates themselves.
    func load() throws(ClientError) -> StoredCredentials {
        guard rotation.isUnfinished else { return try read() }
        do throws(ClientError) {
            try withLock { () throws(ClientError) in _ = try rotation.recover() }
        } catch {
            // A rotation under way in another process: until it is committed the old pair is there, and then the files come one by one.
            guard case .busy = error, !rotation.isCommitted else { throw error }
            do throws(ClientError) { return try read() } catch { throw .busy(directory: directory) }
        }
        return try read()
    }

    /// Runs the body while no other process may change the directory, after finishing what an earlier one left.
    func withLock<Value>(_ body: () async throws(ClientError) -> Value) async throws(ClientError) -> Value {
        try ClientFile.makeDirectory(directory, mode: 0o755)
        let lock = try lockDirectory(directory)
        defer { withExtendedLifetime(lock) {} }
        try rotation.requireSafePlaces()
        try rotation.recover()
        try discardUnfinishedPending()
        return try await body()
    }

    /// The same for work that does not wait; recovers nothing by itself.
    func withLock<Value>(_ body: () throws(ClientError) -> Value) throws(ClientError) -> Value {
        try rotation.requireSafePlaces()
        let lock = try lockDirectory(directory)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Replaces every file. Only a certificate that was checked can come here.
    func install(_ accepted: AcceptedCertificate, key: PrivateKey, profile: String?, announce: Bool) throws(ClientError)
        -> CredentialSummary
    {
        let state = StoredState(accepted.leaf, profile: profile, renewAt: accepted.renewAt)
        var files: [CredentialFile: [UInt8]] = [
            .key: Array(key.pem.utf8),
            .certificate: Array(accepted.leaf.pem.utf8),
            .chain: Array(([accepted.leaf] + accepted.intermediates).map(\.pem).joined().utf8),
            .root: Array(accepted.root.pem.utf8),
            .state: try Self.encode(state),
        ]
        if announce { files[.changed] = Array(state.serialNumber.utf8) }
        for step in Rotation.steps(files) { try rotation.perform(step) }
        try forgetPending()
        return CredentialSummary(directory: directory, state: state)
    }

    /// The root beside the certificate.
    func root() throws(ClientError) -> TrustAnchors? {
        guard let bytes = try ClientFile.read(path(.root), limit: 1 << 20) else { return nil }
        return try TrustAnchors(pem: String(decoding: bytes, as: UTF8.self), source: path(.root))
    }

    /// The way files are replaced here.
    var rotation: Rotation { Rotation(directory: directory) }

    /// Where a file is.
    func path(_ file: CredentialFile) -> String { directory + "/" + file.rawValue }

    /// JSON as people can read it, the same for the same value.
    static func encode(_ value: some Encodable) throws(ClientError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")] } catch {
            throw .unexpectedAnswer("the state cannot be written as JSON")
        }
    }
}

/// Keeps two processes from changing one credential directory at once.
/// - Throws: `busy` when another process holds it.
func lockDirectory(_ directory: String) throws(ClientError) -> FileLock {
    let path = directory + "/.lock"
    do { return try FileLock(path: path) } catch {
        throw error.isHeldElsewhere
            ? .busy(directory: directory) : .file(path: path, problem: .unwritable(reason: error.summary, remedy: error.remedy))
    }
}

/// What tells that a pair on disk was replaced without reading it: which files key and certificate are, links followed, and when they were written.
struct PairStamp: Sendable, Equatable {
    private let values: [Int64]

    init(_ values: [Int64]) { self.values = values }
}

extension CredentialStore {
    /// Of the files as they are now; those that are missing count, too.
    func stamp() -> PairStamp {
        PairStamp([CredentialFile.key, .certificate].flatMap { DurableFile.stamp(of: path($0)) })
    }
}

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
