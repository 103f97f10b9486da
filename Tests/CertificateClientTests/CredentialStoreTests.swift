import Foundation
import PKI
import TestKit
import Testing

@testable import CertificateClient

struct CredentialStoreTests {
    let world: TestPair
    let scratch: TemporaryDirectory
    let store: CredentialStore

    init() throws {
        world = try TestPair()
        scratch = try TemporaryDirectory()
        store = CredentialStore(directory: scratch.path("pair"))
    }

    private func chmod(_ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.path("pair/" + name))
    }

    @Test func `an empty or missing directory holds no credentials`() throws {
        #expect(throws: ClientError.noCredentials(directory: store.directory)) { try store.summary() }
    }

    @Test func `a key that everybody may read is refused`() async throws {
        try await world.install(in: store)
        try chmod("key.pem", 0o644)
        let exposed = ClientError.file(path: store.keyFile, problem: .exposed(mode: 0o644))
        #expect(throws: exposed) { try store.summary() }
        #expect(throws: exposed) { try store.refuseExposedKey() }
        try chmod("key.pem", 0o640)
        #expect(try store.summary().serialNumber == "51:01:02:03")
    }

    @Test func `a key and a certificate that do not belong together are refused`() async throws {
        try await world.install(in: store)
        try scratch.write(try PrivateKey.generate(.p256).pem, to: "pair/key.pem")
        try chmod("key.pem", 0o600)
        #expect {
            try store.summary()
        } throws: { error in
            guard let error = error as? ClientError, case .brokenCredentials = error else { return false }
            return true
        }
    }

    @Test(arguments: [
        "", "{}", "not JSON", #"{"version":1,"serial_number":"00:01","common_name":"","not_before":0,"not_after":0,"renew_at":5}"#,
    ])
    func `a lost or foreign state is made up for by the certificate`(_ text: String) async throws {
        try await world.install(in: store)
        try scratch.write(text, to: "pair/state.json")
        let summary = try store.summary()
        #expect(summary.serialNumber == "51:01:02:03")
        #expect(summary.renewAt == summary.notBefore + (summary.notAfter - summary.notBefore) / 3 * 2)
    }

    @Test func `the time the CA booked is kept, and one outside the certificate's life is not`() async throws {
        let leaf = try world.certify(try PrivateKey.generate(.p256))
        #expect(StoredState(leaf, profile: nil, renewAt: TestPair.now + 7).renewAt == TestPair.now + 7)
        for odd in [0, leaf.notAfter, UnixTime.max] {
            #expect(StoredState(leaf, profile: nil, renewAt: odd).renewAt == leaf.notBefore + (leaf.notAfter - leaf.notBefore) / 3 * 2)
        }
    }

    @Test func `a request whose answer was lost is repeated with the same key`() async throws {
        let enrolment = try TestPair.enrolment()
        try await store.withLock { () async throws(ClientError) in
            let first = try store.pendingKey(for: .enrolment(enrolment), type: .p256)
            let second = try store.pendingKey(for: .enrolment(enrolment), type: .p256)
            #expect(first.publicKey == second.publicKey)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.path("pair/pending.json"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `another purpose, another kind or a stored answer means another key`() async throws {
        let purpose = PendingRequest.Purpose.enrolment(try TestPair.enrolment())
        try await store.withLock { () async throws(ClientError) in
            var keys = [try store.pendingKey(for: purpose, type: .p256).publicKey]
            keys.append(try store.pendingKey(for: .renewal(of: "51"), type: .p256).publicKey)
            keys.append(try store.pendingKey(for: .renewal(of: "52"), type: .p256).publicKey)
            keys.append(try store.pendingKey(for: .renewal(of: "52"), type: .ed25519).publicKey)
            try store.forgetPending()
            keys.append(try store.pendingKey(for: .renewal(of: "52"), type: .ed25519).publicKey)
            #expect(Set(keys).count == keys.count)
        }
        try await world.install(in: store)
        #expect(!ClientFile.exists(scratch.path("pair/pending.json")))
    }

    @Test func `a damaged pending request is replaced`() async throws {
        try await store.withLock { () async throws(ClientError) in
            _ = try store.pendingKey(for: .renewal(of: "51"), type: .p256)
        }
        try scratch.write("{", to: "pair/pending.json")
        try chmod("pending.json", 0o600)
        try await store.withLock { () async throws(ClientError) in
            _ = try store.pendingKey(for: .renewal(of: "51"), type: .p256)
        }
        #expect(try scratch.text("pair/pending.json").contains("PRIVATE KEY"))
    }

    @Test func `an enrolment that was killed after its answer was stored asks with the same key again`() async throws {
        let purpose = PendingRequest.Purpose.enrolment(try TestPair.enrolment())
        try await store.withLock { () async throws(ClientError) in
            let stored = try store.pendingKey(for: purpose, type: .p256)
            try ClientFile.replace(Array(stored.pem.utf8), at: store.keyFile, mode: 0o600)
            // The ticket is spent, and answers for this key alone.
            #expect(try store.pendingKey(for: purpose, type: .p256).publicKey == stored.publicKey)
            try store.forgetInstalledPending()
            #expect(!ClientFile.exists(scratch.path("pair/pending.json")))
        }
    }

    @Test func `an unanswered request is kept by what removes answered ones`() async throws {
        try await world.install(in: store)
        try await store.withLock { () async throws(ClientError) in
            _ = try store.pendingKey(for: .renewal(of: "51:01:02:03"), type: .p256)
            try store.forgetInstalledPending()
        }
        #expect(ClientFile.exists(scratch.path("pair/pending.json")))
    }

    @Test func `files of others are named and never written over`() async throws {
        try scratch.write("a broker's", to: "pair/key.pem")
        try scratch.write(world.ca.root.certificate.pem, to: "pair/ca.pem")
        let foreign = ClientError.foreignFiles(directory: store.directory, names: ["key.pem"])
        await #expect(throws: foreign) { try await store.refuseForeignFiles(world.trust) }
        #expect(foreign.summary.contains("key.pem") && foreign.remedy.contains("--out"))
        try FileManager.default.removeItem(atPath: store.keyFile)
        try await store.refuseForeignFiles(world.trust)
    }

    @Test func `our own pair may be enrolled over, with or without its state`() async throws {
        try await world.install(in: store)
        try await store.refuseForeignFiles(world.trust)
        try FileManager.default.removeItem(atPath: scratch.path("pair/state.json"))
        try await store.refuseForeignFiles(world.trust)
        let other = try TestPair()
        await #expect(throws: ClientError.self) { try await store.refuseForeignFiles(other.trust) }
    }

    struct PutThere: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let key: @Sendable () throws -> String
        let isKept: Bool
    }

    static let keysPutThere = [
        PutThere(testDescription: "another key", key: { try PrivateKey.generate(.p256).pem }, isKept: true),
        PutThere(testDescription: "a key with a passphrase", key: { "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" }, isKept: true),
        PutThere(testDescription: "an empty file", key: { "" }, isKept: false),
    ]

    @Test(arguments: keysPutThere) func `a key that somebody put beside our own state is not written over`(_ row: PutThere) async throws {
        try await world.install(in: store)
        try scratch.write(try row.key(), to: "pair/key.pem")
        guard row.isKept else { return try await store.refuseForeignFiles(world.trust) }
        let foreign = ClientError.foreignFiles(directory: store.directory, names: ["key.pem"])
        await #expect(throws: foreign) { try await store.refuseForeignFiles(world.trust) }
    }

    @Test func `a state of an earlier version knows its key by the certificate`() async throws {
        try await world.install(in: store)
        let other = try TestPair()
        let state = try scratch.text("pair/state.json").split(separator: "\n").filter { !$0.contains("public_key_sha256") }
        try scratch.write(state.joined(separator: "\n"), to: "pair/state.json")
        // No pair of the trusted root: the state alone can vouch for it.
        try await store.refuseForeignFiles(other.trust)
        try scratch.write(try PrivateKey.generate(.p256).pem, to: "pair/key.pem")
        await #expect(throws: ClientError.self) { try await store.refuseForeignFiles(other.trust) }
    }

    @Test func `a pair whose certificate was taken away may be enrolled over`() async throws {
        try await world.install(in: store)
        try FileManager.default.removeItem(atPath: store.certificateFile)
        try await store.refuseForeignFiles(world.trust)
    }

    @Test func `what a stop left of a pending request does not keep its key on disk`() async throws {
        try await world.install(in: store)
        try scratch.write("-----BEGIN PRIVATE KEY", to: "pair/pending.json.4711.1.tmp")
        try await world.install(in: store)
        #expect(!ClientFile.exists(scratch.path("pair/pending.json.4711.1.tmp")))
    }

    @Test func `an unannounced change is remembered until it is announced`() async throws {
        try await world.install(in: store, announce: true)
        #expect(store.hasUnannouncedChange())
        try store.forgetChange()
        #expect(!store.hasUnannouncedChange())
    }

    @Test(arguments: KeyType.allCases.filter { $0 != .rsa4096 })
    func `every kind of key is made as asked and read back`(_ type: KeyType) async throws {
        try await store.withLock { () async throws(ClientError) in
            let key = try store.pendingKey(for: .renewal(of: "51"), type: type)
            #expect(KeyType(key.algorithm) == type)
            #expect(try store.pendingKey(for: .renewal(of: "51"), type: type).publicKey == key.publicKey)
        }
    }
}
