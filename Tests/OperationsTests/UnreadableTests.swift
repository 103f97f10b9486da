import DurableFiles
import Foundation
import KeyCustody
import TestKit
import Testing

@testable import Operations

/// What is there and cannot be read is not taken for missing. A link to itself is there, and nobody can read it, root neither.
@Suite struct `What cannot be read` {
    private let scratch: TemporaryDirectory
    private let directory: DataDirectory

    init() throws {
        scratch = try TemporaryDirectory()
        directory = DataDirectory(scratch.path)
        let issuers = IssuerList.initial.entries.flatMap { [$0.certificate, $0.key] }
        for name in ["config.yaml", "root.pem"] + issuers { _ = try scratch.file(name, "x") }
    }

    private func loop(_ name: String) throws {
        let path = scratch.path(name)
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    }

    private func backup() throws -> Backup {
        var generator = SeededGenerator(seed: 5)
        return Backup(directory: directory, secret: try .createKeyFile(scratch.path("key"), using: &generator))
    }

    @Test(arguments: ["published", "policies/access"]) func `is a folder without which there is no backup`(name: String) throws {
        let backup = try backup()
        #expect(try backup.presentFiles().map(\.name).sorted().first == "config.yaml")
        try loop(name)
        let failure = #expect(throws: FileFailure.self) { try backup.presentFiles() }
        #expect(failure?.path == "\(scratch.path)/\(name)/")
    }

    @Test func `may be a numbered list that makes way beside a backup, and nothing else`() {
        for (name, isCopy) in [
            ("published/devices-1795288906.crl", true), ("published/root-1795288906.crl", true), ("published/devices.crl", false),
            ("published/devices-2.crl", false), ("published/devices-2-1795288906.crl", true),
            ("published/index.json", false), ("issuers/devices.key", false), ("policies/profiles/devices-1.yaml", false),
        ] { #expect(BackupFile(name)?.isCopyOfList == isCopy, "\(name)") }
    }

    @Test(arguments: [true, false]) func `is no evidence that nothing was published`(mustHelp: Bool) throws {
        let ca = try ThrowAwayCA()
        var found = FoundLists(certificates: ["devices": ca.devices.certificate])
        try loop("folder")
        let folder = #expect(throws: OperatorError.self) { try found.look(in: scratch.path("folder"), mustHelp: mustHelp) }
        #expect(folder?.summary.contains(scratch.path("folder")) == true)
        try loop("lists/devices-7.crl")
        let list = #expect(throws: OperatorError.self) { try found.look(in: scratch.path("lists"), mustHelp: mustHelp) }
        #expect(list?.summary.contains("devices-7.crl") == true)
    }

    @Test func `differs from a list that is missing, and from one that is damaged`() throws {
        let ca = try ThrowAwayCA()
        var found = FoundLists(certificates: ["devices": ca.devices.certificate])
        try found.look(in: scratch.path("nowhere"), mustHelp: false)
        #expect(found.doubts.isEmpty && found.lists.isEmpty)
        _ = try scratch.file("lists/devices.crl", "no list")
        try found.look(in: scratch.path("lists"), mustHelp: false)
        #expect(found.doubts.count == 1 && found.lists.isEmpty)
    }

    @Test func `is an admin token that is not replaced`() throws {
        #expect(try AdminToken.sha256(in: directory.adminToken) == nil)
        try scratch.write("signet-token-abc\n", to: "admin.token")
        #expect(try AdminToken.sha256(in: directory.adminToken)?.count == 32)
        try FileManager.default.removeItem(atPath: directory.adminToken)
        try loop("admin.token")
        #expect(throws: FileFailure.self) { try AdminToken.sha256(in: directory.adminToken) }
    }

    @Test func `is an anchor that is not taken for the first one`() throws {
        try loop("anchor")
        #expect(throws: OperatorError.self) { try LedgerAnchor(path: scratch.path("anchor")).read() }
    }
}
