import Ledger
import SQLiteLedger
import TestKit
import Testing

/// The engines that the contract is tested on. A second engine becomes another case.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case memory, file

    var testDescription: String { rawValue }

    /// Gives the body a fresh ledger, and closes it.
    func run(_ body: (any CertificateLedger) async throws -> Void) async throws {
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
