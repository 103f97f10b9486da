import Ledger
import PKI
import Testing

extension ContractCase {
    /// The audit log as callers see it.
    static let auditLog: [ContractCase] = [
        ContractCase("every write leaves one event, chained to the one before") { ledger in
            #expect(try await ledger.auditHead() == AuditHead(id: 0, hash: Array(repeating: 0, count: 32)))
            let claim = try await ledger.claim(ticket(1, .identity("a")))
            _ = try await ledger.record(certificate(1), claim)
            _ = try await ledger.record(certificate(2, key: 1), claim)
            _ = try await ledger.revoke(1)
            _ = try await ledger.revoke(1)
            try await ledger.append(event(.authenticate, result: .refused))
            let rows = try await ledger.auditRows(AuditFilter(), before: nil, limit: 100)
            #expect(rows.map(\.id) == [6, 5, 4, 3, 2, 1])
            #expect(rows.map(\.event.action) == [.authenticate, .revoke, .revoke, .sign, .sign, .ticketCreate])
            #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.previousHash == $1.hash })
            #expect(Set(rows.map(\.hash)).count == 6)
            #expect(try await ledger.auditHead() == AuditHead(id: 6, hash: rows[0].hash))
        },
        ContractCase("an event is stored as it was, with the facts only the ledger knows") { ledger in
            let told = AuditEvent(
                timestamp: start.milliseconds + 1, principal: "ticket:\"x\"/ü", action: .renew, resource: "device/a", result: .allowed,
                ipAddress: "2001:db8::1", userAgent: "a\\b\u{1F511}", details: ["profile": "device", "lineage": "99"])
            let issuance = IssuanceRecord(certificate: try certificate(1), claim: .token(exclusive: true), audit: told)
            _ = try await ledger.record(issuance, now: start)
            var stored = try #require(try await ledger.auditRows(AuditFilter(), before: nil, limit: 1).first?.event)
            #expect(stored.details.removeValue(forKey: "record_sha256")?.count == 64)
            let serial = try serial(1).description
            #expect(stored.details == ["profile": "device", "serial": serial, "lineage": "1", "generation": "1", "facts": "2"])
            stored.details = told.details
            #expect(stored == told)
        },
        ContractCase("a NUL in what a peer says hides nothing behind it") { ledger in
            try await ledger.append(event(principal: "a\u{0}b", details: ["k": "c\u{0}d"]))
            let stored = try await ledger.auditRows(AuditFilter(), before: nil, limit: 1).first?.event
            #expect(stored?.principal == "a\u{FFFD}b")
            #expect(stored?.details == ["k": "c\u{0}d"])
        },
        ContractCase("a repeated issuance names the certificate that was issued before") { ledger in
            let claim = try await ledger.claim(ticket(1, .identity("a")))
            for number in 1...2 { _ = try await ledger.record(certificate(number, key: 5), claim) }
            let details = try await ledger.auditRows(AuditFilter(), before: nil, limit: 1).first?.event.details
            #expect(try details?["serial"] == serial(1).description)
            #expect(details?["repeated"] == "true")
        },
        ContractCase("a refused request leaves nothing, and its refusal is the caller's to write") { ledger in
            let unknown = try serial(9)
            await #expect(throws: LedgerError.presentedUnknown(unknown)) { try await ledger.renew(9, to: certificate(1)) }
            await #expect(throws: LedgerError.certificateUnknown(unknown)) { try await ledger.revoke(9) }
            #expect(try await ledger.auditHead().id == 0)
        },
        ContractCase("rows are filtered and paged, newest first") { ledger in
            let rows: [(name: String, filter: AuditFilter, before: Int64?, limit: Int, found: [Int64])] = [
                ("everything", AuditFilter(), nil, 9, [4, 3, 2, 1]), ("page", AuditFilter(), 4, 2, [3, 2]),
                ("none", AuditFilter(), nil, -1, []), ("before all", AuditFilter(), .min, 9, []),
                ("before the first", AuditFilter(), 0, 9, []),
                ("filtered before all", AuditFilter(action: .revoke), .min, 9, []),
                ("filtered beyond", AuditFilter(action: .revoke), .max, 9, [2]),
                ("an empty time", AuditFilter(since: .max, until: .min), -1, 9, []),
                ("action", AuditFilter(action: .revoke), nil, 9, [2]), ("result", AuditFilter(result: .fork), nil, 9, [3]),
                ("principal", AuditFilter(principal: "ken:a"), nil, 9, [4, 1]),
                ("resource", AuditFilter(resource: "ice/b"), nil, 9, [3, 2]),
                ("since", AuditFilter(since: 2000), nil, 9, [4, 3, 2]), ("until", AuditFilter(until: 2000), nil, 9, [1]),
                ("both", AuditFilter(resource: "a", since: 2000), nil, 9, [4]), ("like", AuditFilter(principal: "%"), nil, 9, []),
            ]
            try await ledger.append(event(.issue, principal: "token:a", resource: "device/a", timestamp: 1000))
            try await ledger.append(event(.revoke, principal: "token:b", resource: "device/b", timestamp: 2000))
            try await ledger.append(event(.renew, principal: "certificate:1", resource: "device/b", result: .fork, timestamp: 3000))
            try await ledger.append(event(.search, principal: "token:a", resource: "all", timestamp: 4000))
            for row in rows {
                let found = try await ledger.auditRows(row.filter, before: row.before, limit: row.limit)
                #expect(found.map(\.id) == row.found, "\(row.name)")
            }
        },
    ]
}
