import Foundation
import Ledger
import LedgerContract
import TestKit
import Testing

@testable import SQLiteLedger

/// A ledger that is moved away while it is open, with something else in its place.
@Suite struct `A moved ledger` {
    /// What was moved, and whether a copy lies in its place.
    static let moves = [("the folder", ""), ("the ledger", "/ledger.sqlite"), ("the lock", "/ledger.sqlite.lock")]

    @Test(arguments: moves, [true, false])
    func `is not written until it is in its place again`(_ move: (what: String, name: String), copied: Bool) async throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path("ca")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let ledger = try SQLiteLedger.open(path: "\(folder)/ledger.sqlite")
        _ = try await ledger.record(certificate(1))
        try FileManager.default.moveItem(atPath: folder + move.name, toPath: directory.path("moved"))
        if copied { try FileManager.default.copyItem(atPath: directory.path("moved"), toPath: folder + move.name) }
        await #expect(throws: LedgerError.self) { try await ledger.revoke(1) }
        #expect(ledger.displacement != nil)
        #expect(ledger.writeFailure?.cause.contains("moved or replaced") == true)
        if copied { try FileManager.default.removeItem(atPath: folder + move.name) }
        try FileManager.default.moveItem(atPath: directory.path("moved"), toPath: folder + move.name)
        _ = try await ledger.revoke(1)
        #expect(ledger.writeFailure == nil && ledger.displacement == nil)
        await ledger.close()
    }
}
