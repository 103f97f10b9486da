import APISchema
import Foundation
import Logging
import SQLiteLedger
import TestKit
import Testing

@testable import ServerAssembly

/// What knows how old the ledger is, beside the ledger.
@Suite struct `Witnesses of the ledger` {
    private static let base = "organizations: [Acme]\n"

    @Test func `are read from the file, and written as they were read`() throws {
        let text = Self.base + "ledger: {anchor: /mnt/other/anchor.json, published: [/var/a, /var/b]}\n"
        let read = try ServerConfiguration.parse(text, file: "config.yaml")
        #expect(read.ledger == .init(anchor: "/mnt/other/anchor.json", published: ["/var/a", "/var/b"]))
        #expect(try ServerConfiguration.parse(read.yaml, file: "config.yaml") == read)
        let none = try ServerConfiguration.parse(Self.base, file: "config.yaml")
        #expect(none.ledger == .init() && none.yaml.contains("# ledger:"))
        #expect(try ServerConfiguration.parse(none.yaml, file: "config.yaml") == none)
    }

    @Test func `may be named by the environment, with absolute paths only`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("config.yaml", Self.base)
        let environment = try ServerEnvironment(["CA_LEDGER_ANCHOR": "/a/anchor", "CA_LEDGER_PUBLISHED": #"["/b", "/c"]"#])
        let read = try ServerConfiguration.read(file, environment: environment)
        #expect(read.ledger == .init(anchor: "/a/anchor", published: ["/b", "/c"]))
        #expect(throws: ConfigurationError.self) {
            try ServerConfiguration.read(file, environment: ServerEnvironment(["CA_LEDGER_ANCHOR": "anchor.json"]))
        }
        #expect(throws: ConfigurationError.unknownVariable(name: "CA_LEDGER_ANCOR", meant: "CA_LEDGER_ANCHOR")) {
            try ServerEnvironment(["CA_LEDGER_ANCOR": "/a"])
        }
    }

    @Test func `do not lie in the folder that they watch, by whatever name`() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("ca")
        try FileManager.default.createDirectory(atPath: data + "/published", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: data)
        let state = StartingState(directory: DataDirectory(data))
        for path in ["\(data)/anchor", "\(data)/published/anchor", directory.path("link/anchor"), "\(data)/../ca/anchor"] {
            #expect(throws: OperatorError.self, "\(path)") { try state.checkIsOutside(path) }
        }
        try state.checkIsOutside(directory.path("anchor"))
        try state.checkIsOutside(data + "-anchor")
    }

    @Test func `that cannot be read are an error, and those that are not there are none`() throws {
        let directory = try TemporaryDirectory()
        let anchor = LedgerAnchor(path: directory.path("anchor.json"))
        #expect(try anchor.read() == nil)
        let index = PublishedIndex(
            issuers: [.init(name: "devices", crlNumber: 7, thisUpdate: 1, nextUpdate: 2, sha256: "00", entries: 0)],
            auditHead: .init(id: 3, hash: "ff"))
        try anchor.write(index)
        #expect(try anchor.read() == index)
        try directory.write("{", to: "anchor.json")
        #expect(throws: OperatorError.self) { try anchor.read() }
    }

    @Test(arguments: [Int64.max, .min]) func `may say any number: a start refuses it`(number: Int64) async throws {
        let files = try TemporaryDirectory()
        _ = try files.file("published/index.json", "")
        let directory = DataDirectory(files.path("."))
        let index = PublishedIndex(
            issuers: [.init(name: "devices", crlNumber: number, thisUpdate: number, nextUpdate: number, sha256: "00", entries: 0)],
            auditHead: .init(id: .max, hash: "ff"))
        try LedgerAnchor(path: files.path("published/index.json")).write(index)
        let ledger = try SQLiteLedger.inMemory()
        await #expect(throws: OperatorError.self) { try await StartingState(directory: directory).checkAge(of: ledger, anchor: nil) }
        _ = try await StartingClock(ledger: ledger, directory: directory, isTrusted: false, logger: Logger(label: "test")).open()
        await ledger.close()
    }
}
