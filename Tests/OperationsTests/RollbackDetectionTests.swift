import APISchema
import Foundation
import Logging
import PKI
import SQLiteLedger
import TestKit
import Testing

@testable import Operations

/// What knows how old the ledger is, beside the ledger.
@Suite struct `Detection of an old ledger` {
    @Test func `do not lie in the folder that they watch, by whatever name`() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("ca")
        try FileManager.default.createDirectory(atPath: data + "/published", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: data)
        func check(_ anchor: String) throws {
            try RollbackDetection(anchor: LedgerAnchor(path: anchor), folders: [], namedFolders: [])
                .checkAnchor(isOutside: DataDirectory(data))
        }
        for path in ["\(data)/anchor", "\(data)/published/anchor", directory.path("link/anchor"), "\(data)/../ca/anchor"] {
            #expect(throws: OperatorError.self, "\(path)") { try check(path) }
        }
        try check(directory.path("anchor"))
        try check(data + "-anchor")
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
        _ = try await StartingClock(
            ledger: ledger, directory: directory, isTrusted: false, read: { ClockReading(wall: 1_795_000_000_000, uptime: 0) },
            logger: Logger(label: "test")
        ).open()
        await ledger.close()
    }
}
