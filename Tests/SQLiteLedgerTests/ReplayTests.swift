import Foundation
import GRDB
import Ledger
import LedgerContract
import PKI
import TestKit
import Testing

@testable import SQLiteLedger

/// What `verify` finds in rows that change in the course of time: the audit log tells how they must have been left.
@Suite struct ReplayTests {
    /// A change by hand, and where it shows.
    struct Deed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let table: String

        init(_ testDescription: String, in table: String, _ sql: String) {
            (self.testDescription, self.sql, self.table) = (testDescription, sql, table)
        }
    }

    /// Device `a` is suspended; `b` enrolled by the first of its ticket's two uses; `c` was revoked twice, at last for keyCompromise, and enrolled
    /// again; of the events one receiver has two, the other three; a token that can be renewed was, another was revoked with its child; two lists are published; a recovery happened in the end, which
    /// brought two revocations of forgotten certificates, one of which was adopted.
    func fill(_ ledger: SQLiteLedger, recovering: Bool = true) async throws {
        try await ledger.register(receivers: ["crl", "other"], audit: event(.receivers))
        _ = try await ledger.record(certificate(1, "a"))
        _ = try await ledger.revoke(1, .keyCompromise, suspends: true)
        _ = try await ledger.record(certificate(2, "b"), ledger.claim(ticket(1, .identity("b"), uses: 2)))
        _ = try await ledger.record(certificate(3, "c", organization: nil))
        _ = try await ledger.revoke(3, .superseded)
        _ = try await ledger.revoke(3, .keyCompromise)
        _ = try await ledger.record(
            IssuanceRecord(
                certificate: certificate(4, "c"), claim: .token(exclusive: true), audit: event(),
                idempotency: IdempotencyClaim(keySHA256: key(70), requestSHA256: key(71), expiresAt: start + 100 * day)), now: start)
        var renewable = token(10)
        renewable.maxTTL = 30 * day
        let renewed = try await ledger.create(renewable, audit: event(.tokenCreate)).id
        try await ledger.renewToken(id: renewed, expiresAt: start + 20 * day, audit: event(.tokenRenew))
        let parent = try await ledger.create(token(11), audit: event(.tokenCreate)).id
        let child = try await ledger.create(token(12, uses: 4, parent: parent), audit: event(.tokenCreate)).id
        try await ledger.spendUse(ofToken: child, audit: event(.authenticate))
        try await ledger.revokeToken(id: parent, audit: event(.tokenRevoke))
        for step: Int64 in 1...2 {
            let number = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start + step).number
            try await ledger.recordPublication(
                CRLRecord(
                    issuer: "devices", number: number, thisUpdate: start + step, nextUpdate: start + day, entryCount: 2, sha256: key(80)),
                audit: event(.crlPublish, timestamp: (start + step).milliseconds))
        }
        try await ledger.noteDelivery(through: 3, to: "crl")
        try await ledger.noteDelivery(through: 2, to: "other")
        guard recovering else { return }
        _ = try await ledger.record(certificate(60, "f"))
        _ = try await ledger.renew(60, to: certificate(61, "f"), exclusive: true)
        try await ledger.noteFork(
            presented: serial(60), current: serial(61), exclusive: true,
            audit: event(.renew, result: .fork, timestamp: (start + 4).milliseconds))
        _ = try await ledger.record(certificate(70, "g", names: ["DNS:g.x"]))
        let forgotten = try (71...72).map {
            CertificateRevocationList.Entry(serialNumber: try serial($0), date: start + 4, reason: .superseded)
        }
        let evidence = PublicationEvidence(
            issuer: "devices", number: start.seconds + 5, thisUpdate: start + 5, entries: forgotten, issuerEnd: start + 900 * day)
        _ = try await ledger.recover(
            RecoveryOrder(
                evidence: [evidence], since: start + 3, now: start + 10, keptTokenSHA256: key(2_010),
                audit: event(.recover, timestamp: (start + 10).milliseconds)))
        _ = try await ledger.revoke(
            RevocationOrder(
                serialNumber: serial(71), reason: .superseded, date: start + 11, suspendsIdentity: false, audit: event(.revoke),
                adoption: Adoption(certificate: certificate(71, "h"), purpose: .revocation, backdating: 0, audit: event(.adopt))))
    }

    private func token(_ number: Int, uses: Int? = nil, parent: Int64? = nil) -> TokenRecord {
        TokenRecord(
            accessor: "token-\(number)", secretSHA256: key(2_000 + number), displayName: "t", policies: [], ticket: nil, createdAt: start,
            expiresAt: start + day, maxTTL: nil, usesLeft: uses, parentID: parent)
    }

    static let deeds = [
        Deed("a fork of another certificate", in: "fork", "UPDATE fork SET current_id = 1"),
        Deed("a fork that was seen at another time", in: "fork", "UPDATE fork SET seen_at = 0"),
        Deed("a fork that nobody saw", in: "fork", "DELETE FROM fork"),
        Deed("a name that nobody holds", in: "held_name", "DELETE FROM held_name"),
        Deed("a suspension lifted", in: "identity", "UPDATE identity SET suspended_at = NULL WHERE name = 'a'"),
        Deed("a suspension of another time", in: "identity", "UPDATE identity SET suspended_at = suspended_at + 1 WHERE name = 'a'"),
        Deed("old tickets made good", in: "identity", "UPDATE identity SET suspended_after_token = NULL WHERE name = 'a'"),
        Deed("another organization", in: "identity", "UPDATE identity SET organization = 'x' WHERE name = 'b'"),
        Deed("an organization taken away", in: "identity", "UPDATE identity SET organization = NULL WHERE name = 'c'"),
        Deed("a ticket's use given back", in: "token", "UPDATE token SET uses_left = 2 WHERE id = 1"),
        Deed("a ticket without end of uses", in: "token", "UPDATE token SET uses_left = NULL WHERE id = 1"),
        Deed("a ticket's use taken", in: "token", "UPDATE token SET uses_left = 0 WHERE id = 1"),
        Deed("more uses for a token", in: "token", "UPDATE token SET uses_left = 4 WHERE accessor = 'token-12'"),
        Deed("no end of uses for a token", in: "token", "UPDATE token SET uses_left = NULL WHERE accessor = 'token-12'"),
        Deed("a use counted for a token without", in: "token", "UPDATE token SET uses_left = 1 WHERE accessor = 'token-11'"),
        Deed("a revoked token alive", in: "token", "UPDATE token SET revoked = 0 WHERE accessor = 'token-11'"),
        Deed("its child alive", in: "token", "UPDATE token SET revoked = 0 WHERE accessor = 'token-12'"),
        Deed("a ticket that a recovery revoked", in: "token", "UPDATE token SET revoked = 0 WHERE id = 1"),
        Deed("a token revoked", in: "token", "UPDATE token SET revoked = 1 WHERE accessor = 'token-10'"),
        Deed("a longer life within its bounds", in: "token", "UPDATE token SET expires_at = expires_at + 1 WHERE accessor = 'token-10'"),
        Deed("a ticket's use forgotten", in: "ticket_use", "DELETE FROM ticket_use"),
        Deed("a ticket's use for another certificate", in: "ticket_use", "UPDATE ticket_use SET certificate_id = 1"),
        Deed("a ticket's use for another key", in: "ticket_use", "UPDATE ticket_use SET spki_sha256 = x'00'"),
        Deed("a named request forgotten", in: "idempotency", "DELETE FROM idempotency"),
        Deed("a named request for something else", in: "idempotency", "UPDATE idempotency SET request_sha256 = x'00'"),
        Deed("a named request of another certificate", in: "idempotency", "UPDATE idempotency SET certificate_id = 1"),
        Deed("a named request made up", in: "idempotency", "INSERT INTO idempotency VALUES (x'01', x'02', 2, 9999999999)"),
        Deed(
            "a compromised key forgotten", in: "compromised_key",
            "DELETE FROM compromised_key WHERE spki_sha256 = (SELECT spki_sha256 FROM certificate WHERE id = 3)"),
        Deed("a key called compromised", in: "compromised_key", "INSERT INTO compromised_key VALUES (x'00')"),
        Deed("a list forgotten", in: "crl", "DELETE FROM crl WHERE number = (SELECT min(number) FROM crl)"),
        Deed("another list", in: "crl", "UPDATE crl SET sha256 = x'00'"),
        Deed("a list made up", in: "crl", "INSERT INTO crl VALUES ('devices', 1, 1, 1, 0, x'00')"),
        Deed("numbers far ahead", in: "crl_state", "UPDATE crl_state SET last_number = last_number + 1000000"),
        Deed("numbers of an issuer without certificates", in: "crl_state", "INSERT INTO crl_state VALUES ('x', 1, NULL, 0)"),
        Deed("numbers put back", in: "crl_state", "UPDATE crl_state SET last_number = last_number - 1"),
        Deed("a number promised to nobody", in: "crl_state", "UPDATE crl_state SET reserved_number = last_number + 2"),
        Deed("lists dated ahead", in: "crl_state", "UPDATE crl_state SET least_this_update = 9999999999"),
        Deed("lists dated before every time", in: "crl_state", "UPDATE crl_state SET least_this_update = -1"),
        Deed("a name that no certificate has", in: "held_name", "INSERT INTO held_name VALUES ('db.x', 1)"),
        Deed("a fork made up", in: "fork", "INSERT INTO fork VALUES (2, 1, 1, 0)"),
        Deed("a fork that enrolling does not end", in: "fork", "UPDATE fork SET exclusive = 0"),
        Deed("an issuer's numbers forgotten", in: "crl_state", "DELETE FROM crl_state"),
        Deed("a recovery made up", in: "recovery", "INSERT INTO recovery (recovered_at, since) VALUES (9999999999, 0)"),
        Deed("a recovery forgotten", in: "recovery", "DELETE FROM recovery"),
        Deed("a longer time lost", in: "recovery", "UPDATE recovery SET since = 0"),
        Deed("an adoption made up", in: "adoption", "INSERT INTO adoption VALUES (4, 0)"),
        Deed("a counter made up", in: "counter", "INSERT INTO counter VALUES ('x', 0)"),
        Deed("an event forgotten", in: "outbox", "DELETE FROM outbox WHERE id = 3"),
        Deed("every event forgotten", in: "outbox", "DELETE FROM outbox"),
        Deed("an event made up", in: "outbox", "INSERT INTO outbox VALUES (1, 1, 'suspension', 1)"),
        Deed("an event after the last", in: "outbox", "INSERT INTO outbox SELECT max(id) + 1, 1, 'suspension', 1 FROM outbox"),
        Deed("an event of another kind", in: "outbox", "UPDATE outbox SET kind = 'suspension' WHERE id = 3"),
        Deed("an event about another revocation", in: "outbox", "UPDATE outbox SET subject = 1 WHERE id = 3"),
        Deed("an event of another time", in: "outbox", "UPDATE outbox SET audit_id = 1 WHERE id = 3"),
        Deed("ids of events that begin anew", in: "events", "UPDATE counter SET value = 0 WHERE name = 'events'"),
        Deed("a receiver made up", in: "outbox", "INSERT INTO outbox_receiver VALUES ('x', 3)"),
        Deed("a receiver forgotten", in: "outbox", "DELETE FROM outbox_receiver WHERE name = 'other'"),
        Deed("an event passed over", in: "outbox", "UPDATE outbox_receiver SET delivered = 3 WHERE name = 'other'"),
        Deed("an event that is to come again and is gone", in: "outbox", "UPDATE outbox_receiver SET delivered = 1 WHERE name = 'other'"),
        Deed("an event that is not there yet", in: "outbox_receiver", "UPDATE outbox_receiver SET delivered = 99 WHERE name = 'crl'"),
    ]

    @Test(arguments: deeds) func `rows are left as the audit log tells`(_ deed: Deed) async throws {
        try await withLedgerFile { ledger, path in
            try await fill(ledger)
            let before = try await ledger.verify(expecting: nil)
            try #require(before == nil, "\(String(describing: before))")
            try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: deed.sql) }
            let found = try await ledger.verify(expecting: nil)
            #expect(found?.summary.contains(deed.table) == true, "\(String(describing: found))")
            #expect(found?.remedy.isEmpty == false)
        }
    }

    @Test func `a named request whose time is over may be forgotten, though nothing was recorded since`() async throws {
        let ledger = try SQLiteLedger.inMemory()
        let claim = IdempotencyClaim(keySHA256: key(70), requestSHA256: key(71), expiresAt: start + day)
        _ = try await ledger.record(
            IssuanceRecord(certificate: certificate(1), claim: .token(exclusive: true), audit: event(), idempotency: claim), now: start)
        try await ledger.forgetIdempotencyKeys(now: start + day)
        #expect(try await ledger.verify(expecting: nil, now: start + day) == nil)
        #expect(try await ledger.verify(expecting: nil, now: start + day - 1) != nil)
        await ledger.close()
    }

    @Test(arguments: ["uses_left + 1", "uses_left - 1", "NULL"])
    func `each use of a token with a number of them is told, and shows when it comes back`(value: String) async throws {
        try await withLedgerFile { ledger, path in
            let id = try await ledger.create(token(1, uses: 3), audit: event(.tokenCreate)).id
            try await ledger.spendUse(ofToken: id, audit: event(.authenticate))
            #expect(try await ledger.verify(expecting: nil) == nil)
            try DatabaseQueue(path: path).inDatabase { db in try db.execute(sql: "UPDATE token SET uses_left = \(value)") }
            #expect(try await ledger.verify(expecting: nil) == .stateDiffers(table: "token", row: "\(id)", column: "uses_left"))
        }
    }

    @Test(arguments: [false, true]) func `what an older program did not tell is not asked for`(recovering: Bool) async throws {
        try await withLedgerFile { ledger, path in
            try await fill(ledger, recovering: recovering)
            try forgetFacts(path)
            #expect(try await ledger.verify(expecting: nil) == nil)
            // What this program writes afterwards is asked for again.
            _ = try await ledger.record(certificate(20, "new"))
            _ = try await ledger.revoke(20, .keyCompromise, suspends: true)
            #expect(try await ledger.verify(expecting: nil) == nil)
            try DatabaseQueue(path: path).inDatabase { db in
                try db.execute(sql: "UPDATE identity SET suspended_at = NULL WHERE name = 'new'")
            }
            #expect(try await ledger.verify(expecting: nil) == .stateDiffers(table: "identity", row: "device/new", column: "suspended_at"))
        }
    }

    /// Writes the log again as a program before these facts did, with the principals and details that it had.
    private func forgetFacts(_ path: String) throws {
        let told = [
            AuditFact.serial, AuditFact.recordSHA256, AuditFact.revokedCertificates, AuditFact.tokenID, AuditFact.tokenSHA256,
            AuditFact.revocationsSHA256, AuditFact.forkPresented, AuditFact.forkCurrent, AuditFact.aside, AuditFact.lostSince,
            AuditFact.reason, "number", "entries",
        ]
        try DatabaseQueue(path: path).inDatabase { db in
            // There were no events.
            try db.execute(
                sql: "DELETE FROM outbox; DELETE FROM outbox_receiver; UPDATE counter SET value = 0 WHERE name = 'events'")
            var hash = AuditChain.start.hash
            for row in try Row.fetchAll(db, sql: "SELECT * FROM security_audit ORDER BY id") {
                var details: [String: String] = try JSONText.decode(from: row["details"])
                let uses = (details[AuditFact.tokenUses] ?? "").split(separator: ":")
                let revoked = try accessor(of: details[AuditFact.revokedFamilies], in: db)
                let ticket = try accessor(of: details[AuditFact.ticketID], in: db)
                let resource: String = details[AuditFact.issuer] ?? revoked ?? row["resource"]
                let principal: String = ticket.map { "ticket:\($0)" } ?? row["principal"]
                let isNew = details[AuditFact.tokenID] != nil
                details = details.filter { told.contains($0.key) || $0.key.hasPrefix(AuditFact.numberPrefix) }
                if isNew, uses.count == 2 { details["uses"] = String(uses[1]) }
                let texts: [String] = [
                    principal, row["action"], resource, row["result"], row["ip_address"], row["user_agent"], JSONText.encode(details),
                ]
                let previous = hash
                hash = AuditChain.hash(of: AuditChain.Row(id: row["id"], timestamp: row["timestamp"], texts: texts), after: hash)
                try db.execute(
                    sql: """
                        UPDATE security_audit SET principal = ?, resource = ?, details = ?, previous_hash = ?, hash = ? WHERE id = ?
                        """, arguments: [principal, resource, texts[6], Data(previous), Data(hash), row["id"]])
            }
        }
    }

    private func accessor(of token: String?, in db: Database) throws -> String? {
        guard let id = token.flatMap({ Int64($0) }) else { return nil }
        return try String.fetchOne(db, sql: "SELECT accessor FROM token WHERE id = ?", arguments: [id])
    }
}
