import GRDB
import Ledger
import LedgerContract
import PKI
import TestKit
import Testing

@testable import SQLiteLedger

/// Ledgers that older programs wrote.
@Suite struct MigrationTests {
    /// A ledger with two certificates, of which the second and then the first were revoked, as the first program left it.
    private static let firstLight = """
        INSERT INTO identity (id, profile, name, lineage) VALUES (1, 'device', 'a', 2);
        INSERT INTO certificate (id, serial, identity_id, lineage, generation, issued_at, issuer, profile, profile_version, common_name, sans,
            not_before, not_after, spki_sha256, requester, der)
            VALUES (1, x'4001', 1, 1, 1, 10, 'devices', 'device', 'c0ffee', 'a', '[]', 10, 1000, x'01', 'token:t', x'3000'),
                (2, x'4002', 1, 2, 1, 10, 'devices', 'device', 'c0ffee', 'a', '[]', 10, 2000, x'02', 'token:t', x'3000');
        INSERT INTO crl_state (issuer, last_number) VALUES ('devices', 7);
        INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number) VALUES (2, 'devices', 20, 4, 6), (1, 'devices', 30, 4, 7);
        UPDATE counter SET value = 2 WHERE name IN ('certificates', 'revocations');
        """

    /// A service with names beside its own.
    private static let service = """
        INSERT INTO identity (id, profile, name, lineage) VALUES (1, 'service', 'db.x', 1);
        INSERT INTO certificate (id, serial, identity_id, lineage, generation, issued_at, issuer, profile, profile_version, common_name, sans,
            not_before, not_after, spki_sha256, requester, der)
            VALUES (1, x'4001', 1, 1, 1, 10, 'services', 'service', 'c0ffee', 'db.x',
                '["DNS:db.x","DNS:db-1.x","IP:10.0.0.9","IP:127.0.0.1"]', 10, 2000000000, x'01', 'token:t', x'3000');
        """

    @Test func `of the first schema keep their revocations, in order, and go on`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        try makeFirstLight(path)
        let ledger = try SQLiteLedger.open(path: path)
        try await ledger.register(receivers: ["x"], audit: event(.receivers))
        #expect(try await ledger.events(for: "x", limit: 9).isEmpty, "events begin with this program")
        let entries = try await ledger.reserveCRL(issuer: "devices", after: 0, now: 40).entries
        #expect(entries.map(\.sequence) == [1, 2] && entries.map(\.notAfter) == [2_000, 1_000])
        #expect(try await ledger.crlNumbers(issuer: "devices").lastNumber == 40)
        _ = try await ledger.record(certificate(3, "b"))
        _ = try await ledger.revoke(3)
        #expect(try await ledger.reserveCRL(issuer: "devices", after: 2, now: 50).entries.map(\.sequence) == [3])
        #expect(try await ledger.events(for: "x", limit: 9).map(\.id) == [1])
        #expect(try await ledger.lastRecovery() == nil)
        await ledger.close()
    }

    @Test func `that are empty migrate too, and their sequence begins at one`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: "0001 first light")
        try queue.close()
        let ledger = try SQLiteLedger.open(path: path)
        _ = try await ledger.record(certificate(1))
        _ = try await ledger.revoke(1)
        #expect(try await ledger.reserveCRL(issuer: "devices", after: 0, now: 50).entries.map(\.sequence) == [1])
        #expect(try await ledger.verify(expecting: nil) == nil)
        await ledger.close()
    }

    @Test func `know who holds a name beside its own`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        try make(path, upTo: "0002 recovery", filledBy: Self.service)
        let ledger = try SQLiteLedger.open(path: path)
        for (number, name) in ["DNS:db.x", "DNS:db-1.x", "IP:10.0.0.9", "IP:127.0.0.1"].enumerated() {
            let outcome = try await ledger.record(certificate(10 + number, "web.x", names: ["DNS:web.x", name]))
            #expect(outcome.sharedName?.holder.name == (name == "IP:127.0.0.1" ? nil : "db.x"), "\(name)")
        }
        await ledger.close()
    }

    private func makeFirstLight(_ path: String) throws { try make(path, upTo: "0001 first light", filledBy: Self.firstLight) }

    private func make(_ path: String, upTo migration: String, filledBy sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: migration)
        try queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }
}
