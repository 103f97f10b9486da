import LedgerContract
import PKI
import SQLiteLedger
import TestKit
import Testing

/// What every ledger engine promises, on SQLite.
@Suite struct ContractTests {
    @Test(arguments: Engine.allCases, ContractCase.all)
    func `what every engine promises, and rows that agree with the audit log`(_ engine: Engine, _ contract: ContractCase) async throws {
        try await engine.run { ledger in
            try await contract.check(ledger)
            // Later: some cases happen at times that no audit row has.
            #expect(try await ledger.verify(expecting: nil, now: start + 1_000 * day) == nil)
        }
    }
}

/// Where SQLite keeps the ledger.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case memory, file

    var testDescription: String { rawValue }

    /// Gives the body a fresh ledger, and closes it.
    func run(_ body: (SQLiteLedger) async throws -> Void) async throws {
        switch self {
        case .memory:
            let ledger = try SQLiteLedger.inMemory()
            try await body(ledger)
            await ledger.close()
        case .file:
            try await withLedgerFile { ledger, _ in try await body(ledger) }
        }
    }
}

/// Gives the body a ledger in a fresh directory, and the path of its file.
func withLedgerFile(busyTimeout: Double = 5, _ body: (SQLiteLedger, String) async throws -> Void) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("ledger.sqlite")
    let ledger = try SQLiteLedger.open(path: path, busyTimeout: busyTimeout)
    try await body(ledger, path)
    await ledger.close()
    withExtendedLifetime(directory) {}
}
