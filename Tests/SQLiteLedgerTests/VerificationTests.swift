import GRDB
import LedgerContract
import PKI
import TestKit
import Testing

@testable import Ledger
@testable import SQLiteLedger

/// What `verify` finds in a ledger that somebody changed behind the server.
@Suite struct VerificationTests {
    /// A change by hand, and the first fault that must be named.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let fault: LedgerFault
    }

    /// The ledger has certificates 1 to 4 (4 renews 3), revocations of 1 and 2, a ticket, and 8 audit rows.
    private func fill(_ ledger: SQLiteLedger) async throws {
        for number in 1...3 { _ = try await ledger.record(certificate(number, "n\(number)")) }
        _ = try await ledger.renew(3, to: certificate(4, "n3"))
        _ = try await ledger.revoke(1, .superseded)
        _ = try await ledger.revoke(2, .keyCompromise, suspends: true)
        try await ledger.append(event(.authenticate, principal: "anonymous", result: .refused))
        _ = try await ledger.create(ticket(1, .identity("n1")), audit: event(.ticketCreate))
    }

    static let audit = [
        Row(
            testDescription: "flipped byte in a text", sql: "UPDATE security_audit SET user_agent = 'tesu/1' WHERE id = 5",
            fault: .auditRow(id: 5, .altered)),
        Row(
            testDescription: "another time", sql: "UPDATE security_audit SET timestamp = timestamp + 1 WHERE id = 1",
            fault: .auditRow(id: 1, .altered)),
        Row(
            testDescription: "something behind a NUL",
            sql: "UPDATE security_audit SET principal = principal || char(0) || 'x' WHERE id = 4", fault: .auditRow(id: 4, .altered)),
        Row(
            testDescription: "white space in the details", sql: "UPDATE security_audit SET details = details || ' ' WHERE id = 8",
            fault: .auditRow(id: 8, .altered)),
        Row(
            testDescription: "another hash", sql: "UPDATE security_audit SET hash = zeroblob(32) WHERE id = 3",
            fault: .auditRow(id: 3, .altered)),
        Row(
            testDescription: "another previous hash", sql: "UPDATE security_audit SET previous_hash = zeroblob(32) WHERE id = 3",
            fault: .auditRow(id: 3, .unchained)),
        Row(testDescription: "first row deleted", sql: "DELETE FROM security_audit WHERE id = 1", fault: .auditRow(id: 1, .missing)),
        Row(testDescription: "middle row deleted", sql: "DELETE FROM security_audit WHERE id = 4", fault: .auditRow(id: 4, .missing)),
        Row(
            testDescription: "two rows exchanged",
            sql: """
                UPDATE security_audit SET id = 99 WHERE id = 4; UPDATE security_audit SET id = 4 WHERE id = 5;
                UPDATE security_audit SET id = 5 WHERE id = 99
                """, fault: .auditRow(id: 4, .unchained)),
        Row(
            testDescription: "row deleted and the rest moved up",
            sql: "DELETE FROM security_audit WHERE id = 4; UPDATE security_audit SET id = id - 1 WHERE id > 4",
            fault: .auditRow(id: 4, .unchained)),
        Row(
            testDescription: "last row deleted", sql: "DELETE FROM security_audit WHERE id = 8",
            fault: .auditTruncated(expected: 8, found: 7)),
        Row(
            testDescription: "last rows deleted, counter too",
            sql: "DELETE FROM security_audit WHERE id > 5; UPDATE counter SET value = 5 WHERE name = 'audit_rows'",
            fault: .auditTruncated(expected: 8, found: 5)),
        Row(
            testDescription: "all rows deleted, counter too",
            sql: "DELETE FROM security_audit; UPDATE counter SET value = 0 WHERE name = 'audit_rows'",
            fault: .auditTruncated(expected: 8, found: 0)),
    ]

    @Test(arguments: audit)
    func `the first bad row of the audit log is named`(_ row: Row) async throws {
        try await expectFault(row.fault, after: row.sql)
    }

    @Test func `a log that was rewritten whole does not fit the published head`() async throws {
        try await withLedgerFile { ledger, _ in
            try await fill(ledger)
            let head = try await ledger.auditHead()
            #expect(try await ledger.verify(expecting: head) == nil)
            try await ledger.append(event())
            #expect(try await ledger.verify(expecting: head) == nil, "the log may have grown since")
            let other = AuditHead(id: head.id, hash: key(1))
            #expect(try await ledger.verify(expecting: other) == .auditRewritten(id: head.id))
            let later = AuditHead(id: head.id + 2, hash: key(1))
            #expect(try await ledger.verify(expecting: later) == .auditTruncated(expected: head.id + 2, found: head.id + 1))
        }
    }

    static func serials(_ number: Int) -> SerialNumber {
        do { return try serial(number) } catch { preconditionFailure("sample serial numbers are good") }
    }

    static let records = [
        Row(
            testDescription: "a certificate's bytes changed", sql: "UPDATE certificate SET der = x'3000' WHERE id = 2",
            fault: .certificateAltered(serials(2))),
        Row(
            testDescription: "a subject changed", sql: "UPDATE certificate SET common_name = common_name || 'x' WHERE id = 3",
            fault: .certificateAltered(serials(3))),
        Row(
            testDescription: "a life prolonged", sql: "UPDATE certificate SET not_after = not_after + 1 WHERE id = 1",
            fault: .certificateAltered(serials(1))),
        Row(
            testDescription: "a certificate deleted", sql: "PRAGMA foreign_keys = OFF; DELETE FROM certificate WHERE id = 4",
            fault: .certificateAltered(serials(4))),
        Row(
            testDescription: "a certificate slipped in",
            sql: """
                INSERT INTO certificate SELECT 9, x'55', identity_id, lineage, generation + 1, id, issued_at, issuer, profile,
                profile_version, common_name, organization, organizational_unit, sans, not_before, not_after, spki_sha256, requester, der
                FROM certificate WHERE id = 4; UPDATE counter SET value = 5 WHERE name = 'certificates'
                """, fault: .unaudited(table: "certificate", audited: 4, stored: 5)),
        Row(
            testDescription: "a revocation taken back",
            sql: "DELETE FROM revocation WHERE sequence = 2; UPDATE counter SET value = 1 WHERE name = 'revocations'",
            fault: .revocationsAltered(auditRow: 6)),
        Row(
            testDescription: "all revocations taken back",
            sql: "DELETE FROM revocation; UPDATE counter SET value = 0 WHERE name = 'revocations'",
            fault: .revocationsAltered(auditRow: 5)),
        Row(
            testDescription: "another reason", sql: "UPDATE revocation SET reason = 4 WHERE sequence = 2",
            fault: .revocationsAltered(auditRow: 6)),
        Row(
            testDescription: "a revocation slipped in",
            sql: "INSERT INTO revocation (certificate_id, issuer, date, reason, crl_number) VALUES (4, 'devices', 1, 0, 1)",
            fault: .unaudited(table: "revocation", audited: 2, stored: 3)),
        Row(
            testDescription: "a ticket for another identity", sql: "UPDATE token SET ticket_subject = 'n2'", fault: .tokenAltered(id: 1)),
        Row(
            testDescription: "a ticket made to last", sql: "UPDATE token SET expires_at = expires_at + 1", fault: .tokenAltered(id: 1)),
        Row(testDescription: "better policies", sql: "UPDATE token SET policies = '[\"admin\"]'", fault: .tokenAltered(id: 1)),
        Row(testDescription: "a token deleted", sql: "DELETE FROM token", fault: .tokenAltered(id: 1)),
        Row(
            testDescription: "a token slipped in",
            sql: """
                INSERT INTO token (accessor, secret_sha256, display_name, policies, created_at, expires_at)
                VALUES ('x', x'00', 'x', '["admin"]', 1, 1)
                """, fault: .unaudited(table: "token", audited: 1, stored: 2)),
        Row(
            testDescription: "a dangling reference",
            sql: "PRAGMA foreign_keys = OFF; UPDATE revocation SET certificate_id = 77 WHERE sequence = 1",
            fault: .danglingReference(table: "revocation", row: 1)),
    ]

    @Test(arguments: records)
    func `records that the audit log does not know are named`(_ row: Row) async throws {
        try await expectFault(row.fault, after: row.sql)
    }

    static let contradictions = [
        Row(
            testDescription: "a counter changed", sql: "UPDATE counter SET value = 9 WHERE name = 'certificates'",
            fault: .counterDiffers(name: "certificates", kept: 9, counted: 4)),
        Row(
            testDescription: "a generation changed", sql: "UPDATE certificate SET generation = 3 WHERE id = 4",
            fault: .generationMissing(device("n3"), lineage: 1)),
        Row(
            testDescription: "a lineage changed", sql: "UPDATE identity SET lineage = 2 WHERE name = 'n3'",
            fault: .lineageMissing(device("n3"))),
        Row(
            testDescription: "a parent changed", sql: "UPDATE certificate SET parent_id = 1 WHERE id = 4",
            fault: .parentWrong(serials(4))),
        Row(
            testDescription: "a revocation of another issuer", sql: "UPDATE revocation SET issuer = 'services' WHERE sequence = 1",
            fault: .revocationWrong(serials(1))),
        Row(
            testDescription: "a CRL number not given out yet", sql: "UPDATE revocation SET crl_number = crl_number + 1 WHERE sequence = 2",
            fault: .revocationWrong(serials(2))),
        Row(
            testDescription: "a compromised key forgotten", sql: "DELETE FROM compromised_key", fault: .revocationWrong(serials(2))),
        Row(
            testDescription: "the revocations' sequence changed", sql: "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'revocation'",
            fault: .revocationMissing(counted: 2, last: 3)),
    ]

    @Test(arguments: contradictions)
    func `rows that contradict one another are named, whatever the log says`(_ row: Row) async throws {
        try await withLedgerFile { ledger, path in
            try await fill(ledger)
            #expect(try await ledger.scan { db in try StructureCheck(db: db).recordFault() } == nil)
            try tamper(path, row.sql)
            #expect(try await ledger.scan { db in try StructureCheck(db: db).recordFault() } == row.fault)
        }
    }

    @Test(arguments: ["ticket_kind = 'identitx'", "ticket_kind = NULL", "ticket_profile = NULL"])
    func `a part of a ticket is named, though the checks of the table were off`(_ change: String) async throws {
        try await withLedgerFile { ledger, path in
            try await fill(ledger)
            try tamper(path, "PRAGMA ignore_check_constraints = ON; UPDATE token SET \(change) WHERE id = 1")
            let fault = try await ledger.verify(expecting: nil)
            #expect(fault?.summary.contains("a ticket") == true, "\(String(describing: fault))")
        }
    }

    @Test func `names with a NUL make no false alarm`() async throws {
        let ledger = try SQLiteLedger.inMemory()
        var certificate = try certificate(1)
        certificate.requester = "token:a\u{0}b"
        #expect(try await ledger.record(certificate).recorded?.requester == "token:a\u{FFFD}b")
        var token = ticket(1, .pattern("*"))
        token.displayName = "a\u{0}b"
        #expect(try await ledger.create(token, audit: event(.ticketCreate)).displayName == "a\u{FFFD}b")
        try await ledger.append(event(principal: "x\u{0}y", resource: "\u{0}", details: ["\u{0}": "\u{0}"]))
        #expect(try await ledger.verify(expecting: nil) == nil)
        await ledger.close()
    }

    @Test func `a log that counts more revocations than there can be is named`() async throws {
        let ledger = try SQLiteLedger.inMemory()
        let details = [
            AuditFact.revokedCertificates: "\(Int64.max)", AuditFact.revocationsSHA256: hexadecimal(CanonicalEncoding().sha256),
        ]
        for _ in 1...2 { try await ledger.append(event(details: details)) }
        #expect(try await ledger.verify(expecting: nil) == .revocationsAltered(auditRow: 2))
        await ledger.close()
    }

    @Test func `a damaged file is named, not thrown`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let ledger = try SQLiteLedger.open(path: path)
        for number in 1...50 { _ = try await ledger.record(certificate(number, "n\(number)")) }
        await ledger.close()
        var octets = try directory.read("ledger.sqlite")
        let middle = octets.count / 2 / 4096 * 4096
        for index in middle..<middle + 4096 { octets[index] = 0xFF }
        try directory.write(octets, to: "ledger.sqlite")
        let damaged = try SQLiteLedger.openForReading(path: path)
        let fault = try await damaged.verify(expecting: nil)
        guard case .fileDamaged? = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        await damaged.close()
    }

    @Test func `every fault says what it is and what to do`() {
        for fault in (Self.audit + Self.records + Self.contradictions).map(\.fault) + [.fileDamaged("x"), .auditRewritten(id: 1)] {
            #expect(!fault.summary.isEmpty && !fault.remedy.isEmpty)
            #expect(!fault.summary.contains("remedy"))
        }
    }

    /// Fills a ledger, checks that it is good, changes it by hand, and checks that the fault is found.
    private func expectFault(_ fault: LedgerFault, after sql: String) async throws {
        try await withLedgerFile { ledger, path in
            try await fill(ledger)
            let head = try await ledger.auditHead()
            #expect(head.id == 8)
            #expect(try await ledger.verify(expecting: head) == nil)
            try tamper(path, sql)
            #expect(try await ledger.verify(expecting: head) == fault)
        }
    }
}

/// Changes the file as another program would.
private func tamper(_ path: String, _ sql: String) throws {
    try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: sql) }
}
