import Foundation
import GRDB
import GRDBSQLite
import LedgerContract
import PKI
import Testing

@testable import Ledger
@testable import SQLiteLedger

/// No operation may cost more because the ledger is large: counted in instructions of SQLite's machine, which do not depend on the day.
@Suite struct GrowthTests {
    /// One operation, rolled back after it ran.
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (Database) throws -> Void

        init(_ name: String, _ run: @escaping @Sendable (Database) throws -> Void) { (testDescription, self.run) = (name, run) }
    }

    static let operations =
        [
            Operation("issue") { db in try issue(db, certificate(9_001, "new"), .token(exclusive: true)) },
            Operation("enrol by ticket") { db in try issue(db, certificate(9_002, "new"), .ticket(id: 1, exclusive: true)) },
            Operation("renew") { db in
                try issue(db, certificate(9_003, "n3"), .renewal(presented: serial(3), grace: grace, exclusive: true))
            },
            Operation("revoke") { db in
                let order = RevocationOrder(
                    serialNumber: try serial(4), reason: .keyCompromise, date: start, suspendsIdentity: true, audit: event(.revoke))
                try inGroup(db) { _ = try RevocationTransaction(ledger: $0, order: order).run() }
            },
            Operation("read by serial number") { db in _ = try SQLiteRows(db).certificate(serial(5)) },
            Operation("whose token?") { db in _ = try SQLiteRows(db).token(secretSHA256: key(1_001)) },
            Operation("revoke a token") { db in
                try inGroup(db) {
                    try $0.revokeFamily(ofToken: 1); try $0.audit(event(.tokenRevoke))
                }
            },
            Operation("list") { db in
                _ = try SQLiteRows(db).serialNumbers(revokedOnly: false, after: serial(3), limit: 5)
            },
            Operation("list of the revoked") { db in
                _ = try SQLiteRows(db).serialNumbers(revokedOnly: true, after: serial(3), limit: 5)
            },
            Operation("reserve a CRL") { db in
                let rows = WriteGroup(db)
                _ = try rows.changeNumbers(issuer: "devices") { try $0.take(now: start) }
                let last = try rows.lastSequence(issuer: "devices", inCRL: .max)
                _ = try rows.revokedEntries(issuer: "devices", after: last - 2, through: last, limit: .max)
            },
            Operation("note a CRL") { db in
                let rows = WriteGroup(db)
                let number = try rows.changeNumbers(issuer: "devices") { try $0.take(now: start) }
                try rows.insert(
                    CRLRecord(issuer: "devices", number: number, thisUpdate: start, nextUpdate: start, entryCount: 1, sha256: key(1)))
                _ = (try rows.lastPublication(issuer: "devices"), try rows.lastPromise(issuer: "devices"))
                _ = try rows.lastSequence(issuer: "devices", inCRL: number)
            },
            Operation("audit") { db in try inGroup(db) { try $0.audit(event()) } },
            Operation("health and counters") { db in
                _ = try SQLiteRows(db).counts()
                try WriteGroup(db).rewriteCounters()
            },
            Operation("forget idempotency keys") { db in try WriteGroup(db).deleteIdempotencyKeys(expiredAt: start) },
        ] + searches

    private static let searches =
        [
            ("everything", CertificateFilter()), ("common name", CertificateFilter(commonName: "n5")),
            ("part of a name", CertificateFilter(name: "nowhere")), ("profile", CertificateFilter(profile: "nowhere")),
            ("state", CertificateFilter(state: .expired)), ("end", CertificateFilter(expiresBefore: 1)),
        ].map { name, filter in
            Operation("search by \(name)") { db in
                _ = try CertificateSearch(db: db, filter: filter, now: start, window: 20).page(after: nil, limit: 10)
            }
        } + [
            Operation("audit log") { db in _ = try AuditSearch(db: db, filter: AuditFilter(), window: 20).page(before: nil, limit: 10) },
            Operation("audit log of nobody") { db in
                _ = try AuditSearch(db: db, filter: AuditFilter(principal: "nobody"), window: 20).page(before: nil, limit: 10)
            },
        ]

    @Test(arguments: operations) func `costs the same in a ledger a hundred times as large`(_ operation: Operation) throws {
        let (small, large) = (try cost(of: operation, filler: 40), try cost(of: operation, filler: 4_000))
        // A few instructions more, for a row that happens to be there.
        #expect(large <= small + small / 10 + 40, "\(small) instructions, then \(large)")
    }

    /// The writer's time is the ledger's speed: a statement more is paid by every certificate.
    @Test(arguments: [("issue", 8), ("enrol by ticket", 12), ("renew", 10)])
    func `an issuance runs so many statements`(_ name: String, _ count: Int) throws {
        let operation = try #require(Self.operations.first { $0.testDescription == name })
        let queue = try DatabaseQueue()
        try Schema.migrate(queue)
        try queue.inDatabase { db in
            for number in 1...6 { try Self.issue(db, certificate(number, "n\(number)"), .token(exclusive: true)) }
            _ = try WriteGroup(db).insert(ticket(1, .identity("new")))
            var statements: [String] = []
            db.trace { statements.append($0.description) }
            try operation.run(db)
            db.trace(options: [])
            #expect(statements.count == count, "\(statements.joined(separator: "\n"))")
        }
    }

    private func cost(of operation: Operation, filler: Int) throws -> Int {
        let queue = try DatabaseQueue()
        try Schema.migrate(queue)
        return try queue.inDatabase { db in
            for number in 1...6 { try Self.issue(db, certificate(number, "n\(number)"), .token(exclusive: true)) }
            _ = try WriteGroup(db).insert(ticket(1, .identity("new")))
            try fill(db, count: filler)
            return try instructions(in: db) { try operation.run(db) }
        }
    }

    private static func issue(_ db: Database, _ certificate: CertificateRecord, _ claim: IssuanceClaim) throws {
        let issuance = IssuanceRecord(certificate: certificate, claim: claim, audit: event())
        try inGroup(db) { _ = try $0.record(issuance, now: start) }
    }

    /// One write and what its group writes at its end.
    private static func inGroup(_ db: Database, _ work: (WriteGroup) throws -> Void) throws {
        let group = WriteGroup(db)
        try work(group)
        try group.finish()
    }

    /// Certificates of other identities, every second one revoked, with the rows that come with them.
    private func fill(_ db: Database, count: Int) throws {
        let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
        try db.execute(
            sql: """
                \(numbers) INSERT INTO identity (profile, name, organization, lineage) SELECT 'device', 'f' || i, 'Org', 1 FROM n;
                INSERT INTO certificate (serial, identity_id, lineage, generation, issued_at, issuer, profile, profile_version, common_name,
                    organization, organizational_unit, sans, not_before, not_after, spki_sha256, requester, der)
                    SELECT randomblob(16), id, 1, 1, \(start.seconds), 'devices', profile, 'x', name, 'Org', 'sensor', '[]', \(start.seconds),
                        \(start.seconds + day), randomblob(32), 'x', x'00' FROM identity WHERE name LIKE 'f%';
                INSERT INTO crl_state (issuer, last_number) VALUES ('devices', 5);
                INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number)
                    SELECT id, 'devices', \(start.seconds), 4, 5 FROM certificate WHERE common_name LIKE 'f%' AND id % 2 = 0;
                \(numbers) INSERT INTO crl (issuer, number, this_update, next_update, entry_count, sha256)
                    SELECT 'services', i, i, i, 0, x'00' FROM n;
                \(numbers) INSERT INTO token (accessor, secret_sha256, display_name, policies, created_at, expires_at)
                    SELECT 'f' || i, randomblob(32), 'x', '[]', 1, 1 FROM n;
                INSERT INTO idempotency (key_sha256, request_sha256, certificate_id, expires_at)
                    SELECT randomblob(32), x'00', id, \(start.seconds + day) FROM certificate;
                \(numbers) INSERT INTO security_audit (timestamp, principal, action, resource, result, ip_address, user_agent, details,
                    previous_hash, hash) SELECT i, 'x', 'sign', 'x', 'allowed', '', '', '{}', x'00', x'00' FROM n;
                """)
    }
}

/// How many instructions of SQLite's machine something takes; undone afterwards.
private func instructions(in db: Database, _ work: () throws -> Void) throws -> Int {
    var count = 0
    try unsafe withUnsafeMutablePointer(to: &count) { count in
        unsafe sqlite3_progress_handler(
            db.sqliteConnection, 1,
            { context in
                unsafe context?.assumingMemoryBound(to: Int.self).pointee += 1
                return 0
            }, count)
        defer { unsafe sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
        try db.inSavepoint {
            try work()
            return .rollback
        }
    }
    return count
}
