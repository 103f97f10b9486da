import Ledger
import PKI
import SQLiteLedger
import TestKit
import Testing

@testable import Operations

/// `ca-server verify --published`: what a publisher saw of the audit log must still stand in it.
struct HeldAuditHeadsTests {
    private static let start: UnixTime = 1_767_225_600

    @Test func `heads that a publisher saw are found in the log, and a line that was cut short counts for nothing`() async throws {
        try await withLog(rows: 3) { ledger, hashes, folder in
            try folder.write("0 1 \(hashes[0])\n0 3 \(hashes[2])\n0 2 abc", to: "audit-heads")
            try await HeldAuditHeads(folder: folder.path(""), ledger: ledger).check()
        }
    }

    @Test(arguments: [
        ("a row that is not there any more", "0 4 " + String(repeating: "ab", count: 32)),
        ("a row with another hash", "0 2 " + String(repeating: "ab", count: 32)),
        ("the highest row number", "0 \(Int64.max) " + String(repeating: "ab", count: 32)),
        ("the lowest row number", "0 \(Int64.min) " + String(repeating: "ab", count: 32)),
    ])
    func `a head that the log contradicts is named with its line`(_ what: String, _ line: String) async throws {
        try await withLog(rows: 3) { ledger, hashes, folder in
            try folder.write("0 1 \(hashes[0])\n\(line)\n", to: "audit-heads")
            let fault = await #expect(throws: OperatorError.self) {
                try await HeldAuditHeads(folder: folder.path(""), ledger: ledger).check()
            }
            #expect(fault?.summary.contains("line 2") == true)
        }
    }

    @Test func `rows that a recovery lost are excused, rows before it and after it are not`() async throws {
        try await withLog(rows: 2) { ledger, hashes, folder in
            let now = Self.start + 600
            _ = try await ledger.recover(
                RecoveryOrder(
                    evidence: [], since: Self.start, now: now, keptTokenSHA256: nil, audit: Self.event(.recover, at: now)))
            let other = String(repeating: "ab", count: 32)
            try folder.write("0 2 \(hashes[1])\n0 9 \(other)\n", to: "audit-heads")
            try await HeldAuditHeads(folder: folder.path(""), ledger: ledger).check()
            for line in ["0 2 \(other)", "\(now.seconds) 9 \(other)"] {
                try folder.write(line + "\n", to: "audit-heads")
                await #expect(throws: OperatorError.self, "\(line)") {
                    try await HeldAuditHeads(folder: folder.path(""), ledger: ledger).check()
                }
            }
        }
    }

    private static func event(_ action: AuditAction, at time: UnixTime) -> AuditEvent {
        AuditEvent(
            timestamp: time.milliseconds, principal: "system", action: action, resource: "", result: .allowed, ipAddress: "", userAgent: "")
    }

    private func withLog(
        rows: Int, _ body: (any CertificateLedger, _ hashes: [String], TemporaryDirectory) async throws -> Void
    ) async throws {
        let ledger = try SQLiteLedger.inMemory()
        var hashes: [String] = []
        for row in 0..<rows {
            try await ledger.append(Self.event(.search, at: Self.start + Int64(row)))
            hashes.append(hexadecimal(try await ledger.auditHead().hash))
        }
        try await body(ledger, hashes, try TemporaryDirectory())
        await ledger.close()
    }
}
