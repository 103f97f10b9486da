import Foundation
import PKI
import TestKit
import Testing

@testable import CertificateClient

struct RotationTests {
    let world: TestPair
    let scratch: TemporaryDirectory
    let store: CredentialStore

    init() throws {
        world = try TestPair()
        scratch = try TemporaryDirectory()
        store = CredentialStore(directory: scratch.path("pair"))
    }

    /// Whether the two files fit, as OpenSSL sees it.
    private func filesMatch() throws -> Bool {
        let certified = try run("openssl", ["x509", "-in", store.certificateFile, "-noout", "-pubkey"])
        let own = try run("openssl", ["pkey", "-in", store.keyFile, "-pubout"])
        #expect(certified.status == 0 && own.status == 0)
        return certified.stdout == own.stdout
    }

    /// The steps that would replace whatever is there by a new pair.
    private func nextSteps(serial: UInt8) async throws -> [Rotation.Step] {
        let other = CredentialStore(directory: scratch.path("other-\(serial)"))
        try await world.install(in: other, serial: serial)
        var files: [CredentialFile: [UInt8]] = [:]
        for file in CredentialFile.allCases { files[file] = try ClientFile.read(other.path(file), limit: 1 << 20) }
        return Rotation.steps(files)
    }

    private static let stepCount = 2 + 5 + 5 + 1

    @Test(arguments: 0...stepCount)
    func `a stop after any step leaves a pair that matches at the next start`(_ done: Int) async throws {
        try requireTool("openssl")
        try await world.install(in: store, serial: 0x51)
        let steps = try await nextSteps(serial: 0x52)
        #expect(steps.count == Self.stepCount)
        for step in steps.prefix(done) { try store.rotation.perform(step) }

        let keyMoved = done > 7
        let certificateMoved = done > 8
        #expect(try filesMatch() == (keyMoved == certificateMoved), "only between two renames may the files differ")

        let committed = done > 6
        let summary = try store.summary()
        #expect(summary.serialNumber == (committed ? "52:01:02:03" : "51:01:02:03"))
        #expect(try filesMatch())
        let chain = try CertificateDocument.all(pem: scratch.text("pair/chain.pem"))
        #expect(chain.map(\.serialNumber.description).first == summary.serialNumber)
        #expect(chain.count == 2)
        let entries = try FileManager.default.contentsOfDirectory(atPath: store.directory).sorted()
        #expect(entries == [".lock", "ca.pem", "cert.pem", "chain.pem", "key.pem", "state.json"])
    }

    @Test func `a half-written set is thrown away and the next rotation succeeds`() async throws {
        try await world.install(in: store, serial: 0x51)
        try FileManager.default.createDirectory(atPath: store.directory + "/.staging", withIntermediateDirectories: false)
        for name in ["key.pem", "cert.pem.4711.1.tmp"] { try scratch.write("-----BEGIN", to: "pair/.staging/" + name) }
        #expect(try store.summary().serialNumber == "51:01:02:03")
        try await world.install(in: store, serial: 0x53)
        #expect(try store.summary().serialNumber == "53:01:02:03")
    }

    @Test func `a rotation under way in another process does not hide the old pair`() async throws {
        try await world.install(in: store, serial: 0x51)
        let steps = try await nextSteps(serial: 0x52)
        let lock = try lockDirectory(store.directory)
        for step in steps.prefix(4) { try store.rotation.perform(step) }
        #expect(try store.summary().serialNumber == "51:01:02:03")
        await #expect(throws: ClientError.busy(directory: store.directory)) {
            try await world.install(in: store, serial: 0x53)
        }
        withExtendedLifetime(lock) {}
    }

    @Test func `the key is readable by its owner alone and the rest by everybody`() async throws {
        try await world.install(in: store)
        let modes = try ["key.pem", "cert.pem", "chain.pem", "ca.pem", "state.json"].map { name in
            try FileManager.default.attributesOfItem(atPath: scratch.path("pair/" + name))[.posixPermissions] as? Int
        }
        #expect(modes == [0o600, 0o644, 0o644, 0o644, 0o644])
    }

    @Test func `OpenSSL verifies the chain that was written`() async throws {
        try requireTool("openssl")
        try await world.install(in: store)
        let result = try run(
            "openssl",
            [
                "verify", "-x509_strict", "-attime", "\(TestPair.now.seconds)", "-CAfile", store.rootFile, "-untrusted", store.chainFile,
                store.certificateFile,
            ])
        #expect(result.status == 0, "\(result)")
    }

    private func attributes(_ name: String) throws -> [UInt32] {
        let found = try #require(SystemFile.status(scratch.path("pair/" + name)))
        return [found.mode, found.owner, found.group]
    }

    @Test func `a new key and certificate keep what the operator set on the old ones`() async throws {
        try await world.install(in: store, serial: 0x51)
        for (name, mode) in [("key.pem", 0o640), ("cert.pem", 0o440), ("chain.pem", 0o666)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.path("pair/" + name))
        }
        if SystemFile.isRoot { #expect(SystemFile.give(store.keyFile, to: 0, group: 65_534)) }
        let before = try attributes("key.pem")
        try await world.install(in: store, serial: 0x52)
        #expect(try store.summary().serialNumber == "52:01:02:03")
        #expect(try attributes("key.pem") == before)
        #expect(try attributes("cert.pem")[0] == 0o440)
        #expect(try attributes("chain.pem")[0] == 0o644, "what everybody could write does not stay so")
    }

    @Test func `a key that is a link stays one, and the file that it leads to is replaced`() async throws {
        try await world.install(in: store, serial: 0x51)
        try FileManager.default.createDirectory(atPath: scratch.path("private"), withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: store.keyFile, toPath: scratch.path("private/server.key"))
        try FileManager.default.createSymbolicLink(atPath: store.keyFile, withDestinationPath: "../private/server.key")
        let old = try scratch.text("private/server.key")
        try await world.install(in: store, serial: 0x52)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: store.keyFile) == "../private/server.key")
        #expect(try scratch.text("private/server.key") != old)
        #expect(try store.summary().serialNumber == "52:01:02:03")
    }

    @Test(arguments: [".staging", ".next"]) func `a link in the place of our own folders is refused and nothing behind it is removed`(
        _ name: String
    ) async throws {
        try await world.install(in: store, serial: 0x51)
        let victim = try scratch.write("precious", to: "elsewhere/key.pem")
        try FileManager.default.createSymbolicLink(atPath: scratch.path("pair/" + name), withDestinationPath: scratch.path("elsewhere"))
        #expect(throws: ClientError.self) { try store.summary() }
        await #expect(throws: ClientError.self) { try await world.install(in: store, serial: 0x52) }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
    }

    @Test func `a look changes nothing, and sees a set that was committed but not moved`() async throws {
        try await world.install(in: store, serial: 0x51)
        let steps = try await nextSteps(serial: 0x52)
        for step in steps.prefix(8) { try store.rotation.perform(step) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: store.directory).sorted()
        #expect(try store.inspect().serialNumber == "52:01:02:03")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: store.directory).sorted() == before)
    }

    @Test func `a directory of another user is refused`() async throws {
        try await world.install(in: store, serial: 0x51)
        guard SystemFile.give(store.directory, to: 65_534, group: 65_534) else { return }
        let error = await #expect(throws: ClientError.self) { try await world.install(in: store, serial: 0x52) }
        #expect(error?.summary.contains("belongs to user 65534") == true)
    }

    @Test func `a device or pipe in a file's place is refused before anything is written`() async throws {
        try FileManager.default.createDirectory(atPath: store.directory, withIntermediateDirectories: false)
        #expect(SystemFile.makePipe(store.keyFile))
        await #expect(throws: ClientError.self) { try await world.install(in: store) }
        #expect(SystemFile.status(store.keyFile)?.type == SystemFile.pipe)
    }
}
