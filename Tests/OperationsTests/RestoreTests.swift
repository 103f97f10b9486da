import DurableFiles
import Foundation
import KeyCustody
import PKI
import TestKit
import Testing

@testable import Operations

@Suite struct `A restore` {
    private let scratch: TemporaryDirectory
    private let secret: SealingSecret

    init() throws {
        var generator = SeededGenerator(seed: 3)
        scratch = try TemporaryDirectory()
        secret = try SealingSecret.createKeyFile(scratch.path("key"), using: &generator)
    }

    private static let manifest = #"{"version": 1, "created_at": 5, "audit_head": {"id": 1, "hash": "00"}}"#
    private static let whole = [("manifest.json", manifest), ("root.pem", "root"), ("issuers/devices.pem", "d"), ("ledger.sqlite", "rows")]

    /// A sealed archive with any names; the end mark can be replaced.
    private func archive(_ files: [(name: String, content: String)], end: [UInt8] = [0, 0]) throws -> String {
        var generator = SeededGenerator(seed: 4)
        let path = scratch.path("backup")
        let sealer = try StreamSealer(to: FileReplacement(path, mode: 0o600), path: path, secret: secret, using: &generator)
        for file in files {
            let size = (0..<8).map { UInt8(truncatingIfNeeded: file.content.utf8.count >> (56 - 8 * $0)) }
            try sealer.append([UInt8(file.name.utf8.count >> 8), UInt8(file.name.utf8.count & 0xFF)] + Array(file.name.utf8))
            try sealer.append(size + Array(file.content.utf8))
        }
        try sealer.append(end)
        try sealer.finish()
        return path
    }

    private func restore(_ backup: String) throws -> Restore.Outcome {
        try Restore(directory: DataDirectory(scratch.path("ca")), secret: secret).run(from: backup, now: 1_795_000_000)
    }

    @Test(arguments: [
        "../evil", "/etc/passwd", "unseal.key", "admin.token", "root/root.key", "restored.json", "issuers/root.key", "issuers/../x.pem",
        "policies/profiles/../../x.yaml", "policies/profiles/.hidden.yaml", "policies/profiles/a.sh", "policies/other/a.yaml",
        "published/Evil.crl", "published/evil.sh", "published/.crl", "issuers/.devices.key", "issuers/devices.key/x",
        "published/devices-.crl", "published/devices--1.crl", "published/../ledger.sqlite", "", "ledger.sqlite-wal",
        "issuers", "./root.pem", "published/index.json/", "config.yaml\u{0}",
    ])
    func `puts nothing back under a name that no backup has`(name: String) throws {
        #expect(BackupFile(name) == nil)
        // A name without length is the end of the archive.
        let backup = try archive([("manifest.json", Self.manifest), (name, "x"), ("ledger.sqlite", "rows")])
        #expect(throws: OperatorError.self) { try restore(backup) }
        #expect(!FileManager.default.fileExists(atPath: scratch.path("ca")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["backup", "key"])
    }

    @Test func `takes every name that a backup has`() throws {
        for name in [
            "manifest.json", "ledger.sqlite", "config.yaml", "chain.pem", "issuers/services.key", "policies/profiles/device-2_a.yaml",
            "policies/access/admin.yaml", "policies/limits.yaml", "published/index.json", "published/root.crl",
            "published/devices-1795288906.crl",
            "published/services.crl.pem", "published/root.cer",
            "issuers.yaml", "issuers/devices-2.key", "issuers/devices-2.pem", "published/devices-2.crl",
            "published/devices-2-1795288906.crl",
        ] {
            #expect(BackupFile(name)?.name == name)
        }
        #expect(BackupFile("ledger.sqlite")?.mode == 0o600 && BackupFile("issuers/devices.key")?.mode == 0o600)
    }

    @Test func `refuses an archive that is incomplete, repeats a name or goes on`() throws {
        for files in [[Self.whole[0]], [Self.whole[3]], Self.whole + [Self.whole[1]], [("manifest.json", "{}"), Self.whole[3]]] {
            let backup = try archive(files)
            #expect(throws: OperatorError.self) { try restore(backup) }
        }
        for end in [[], [0], [0, 0, 0], [0, 8, 65]] as [[UInt8]] {
            let backup = try archive(Self.whole, end: end)
            #expect(throws: OperatorError.self, "\(end)") { try restore(backup) }
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path("ca")))
    }

    @Test func `makes the directory with the mark that it was restored`() throws {
        #expect(try restore(archive(Self.whole)).restored.count == 3)
        #expect(try scratch.text("ca/ledger.sqlite") == "rows" && scratch.text("ca/issuers/devices.pem") == "d")
        let mark = try BackupManifest(json: scratch.read("ca/restored.json"))
        #expect(mark.created_at == 5 && mark.restored_at != nil)
        let folder = try FileManager.default.attributesOfItem(atPath: scratch.path("ca"))[.posixPermissions] as? Int
        #expect(folder == 0o700)
    }

    @Test func `keeps what is there, follows no link and mixes no two CAs`() throws {
        try FileManager.default.createDirectory(atPath: scratch.path("ca"), withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: scratch.path("outside"), withIntermediateDirectories: false)
        try scratch.write("another", to: "ca/root.pem")
        let backup = try archive(Self.whole)
        #expect(throws: OperatorError.self, "another CA's root") { try restore(backup) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("ca")) == ["root.pem"], "and no lock")
        try scratch.write("root", to: "ca/root.pem")
        try FileManager.default.createSymbolicLink(atPath: scratch.path("ca/issuers"), withDestinationPath: scratch.path("outside"))
        #expect(throws: (any Error).self, "a link in the place of a folder") { try restore(backup) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("outside")).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("ca/ledger.sqlite")))
        try FileManager.default.removeItem(atPath: scratch.path("ca/issuers"))
        let outcome = try restore(backup)
        #expect(outcome.kept == ["root.pem"] && outcome.restored.sorted() == ["issuers/devices.pem", "ledger.sqlite"])
        #expect(throws: OperatorError.self, "there is a ledger now") { try restore(backup) }
    }
}
