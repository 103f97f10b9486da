import Ledger
import PKI
import Testing

extension ContractCase {
    /// Events of what others must hear of, and who has them.
    static let events: [ContractCase] = [
        ContractCase("a revocation is an event of its certificate, a suspension one of its identity, in order") { ledger in
            try await listen(ledger, "x")
            _ = try await ledger.record(certificate(1, "a"))
            _ = try await ledger.record(certificate(2, "b", issuer: "services"))
            #expect(try await ledger.events(for: "x", limit: 9).isEmpty, "nothing for what was issued")
            _ = try await ledger.revoke(
                RevocationOrder(
                    serialNumber: serial(2), reason: .superseded, date: start + 5, suspendsIdentity: false,
                    audit: event(.revoke, timestamp: (start + 5).milliseconds + 999)))
            _ = try await ledger.suspend(device("a"), now: start + 7, audit: event(.suspend, timestamp: (start + 7).milliseconds))
            _ = try await ledger.revoke(2, .superseded)
            _ = try await ledger.suspend(device("a"), now: start + 8, audit: event(.suspend))
            let events = try await ledger.events(for: "x", limit: 9)
            #expect(
                events == [
                    OutboxEvent(
                        id: 1, date: start + 5, content: .revocation(try serial(2), issuer: "services", identity: device("b"))),
                    OutboxEvent(id: 2, date: start + 7, content: .suspension(device("a"))),
                ], "twice is once")
        },
        ContractCase("every certificate and identity that an order ends has an event") { ledger in
            try await listen(ledger, "x")
            _ = try await ledger.record(certificate(1, "a", key: 1))
            _ = try await ledger.record(certificate(2, "b", issuer: "services", key: 1))
            _ = try await ledger.revoke(1, .keyCompromise, suspends: true)
            #expect(
                try await contents(ledger, "x") == [
                    .revocation(try serial(1), issuer: "devices", identity: device("a")), .suspension(device("a")),
                    .suspension(device("b")), .revocation(try serial(2), issuer: "services", identity: device("b")),
                ])
        },
        ContractCase("a recovery has an event for each revocation that it brings back, of a forgotten certificate too") { ledger in
            try await listen(ledger, "x")
            _ = try await ledger.record(certificate(1, "a"))
            let list = try [1, 9].map {
                CertificateRevocationList.Entry(serialNumber: try serial($0), date: start, reason: .privilegeWithdrawn)
            }
            let evidence = PublicationEvidence(issuer: "devices", entries: list, issuerEnd: start + 900 * day)
            _ = try await ledger.recover(
                RecoveryOrder(evidence: [evidence], since: start, now: start + 600, keptTokenSHA256: nil, audit: event(.recover)))
            #expect(
                try await contents(ledger, "x") == [
                    .revocation(try serial(1), issuer: "devices", identity: device("a")), .suspension(device("a")),
                    .revocation(try serial(9), issuer: "devices", identity: nil),
                ])
        },
        ContractCase("what is refused leaves no event, and what its neighbours write has the next ids") { ledger in
            try await listen(ledger, "x")
            for number in 1...20 { _ = try await ledger.record(certificate(number, "n\(number)")) }
            // Those of a token that has ended are written, and undone when the audit row is refused.
            let orders = try (1...20).map { number in
                var audit = event(.revoke)
                if number.isMultiple(of: 2) { audit.actingToken = 99 }
                return RevocationOrder(
                    serialNumber: try serial(number), reason: .superseded, date: start, suspendsIdentity: true, audit: audit)
            }
            await withDiscardingTaskGroup { group in
                for order in orders { group.addTask { _ = try? await ledger.revoke(order) } }
            }
            let events = try await ledger.events(for: "x", limit: 99)
            #expect(events.map(\.id) == Array(1...20), "ten revocations, ten suspensions")
            let revoked = events.compactMap { event in
                if case .revocation(let serial, _, _) = event.content { serial } else { nil }
            }
            #expect(Set(revoked) == Set(try stride(from: 1, to: 20, by: 2).map { try serial($0) }))
            #expect(try await ledger.counts().revocations == 10)
        },
        ContractCase("each receiver has its own place, and gets pages in order from there") { ledger in
            try await listen(ledger, "x", "y")
            try await revokeSome(ledger, 5)
            #expect(try await ledger.events(for: "x", limit: 2).map(\.id) == [1, 2])
            try await ledger.noteDelivery(through: 2, to: "x")
            #expect(try await ledger.events(for: "x", limit: 2).map(\.id) == [3, 4])
            #expect(try await ledger.events(for: "y", limit: 9).map(\.id) == [1, 2, 3, 4, 5])
            try await ledger.noteDelivery(through: 1, to: "x")
            #expect(try await ledger.events(for: "x", limit: 9).map(\.id) == [3, 4, 5], "never back")
            await #expect(throws: LedgerError.self) { try await ledger.noteDelivery(through: 6, to: "x") }
            await #expect(throws: LedgerError.self) { try await ledger.noteDelivery(through: 5, to: "z") }
            await #expect(throws: LedgerError.self) { try await ledger.events(for: "z", limit: 9) }
        },
        ContractCase("an event that every receiver has is gone, and its id is not used again") { ledger in
            try await listen(ledger, "x", "y")
            try await revokeSome(ledger, 3)
            try await ledger.noteDelivery(through: 3, to: "x")
            try await ledger.noteDelivery(through: 1, to: "y")
            #expect(try await ledger.events(for: "y", limit: 9).map(\.id) == [2, 3])
            try await listen(ledger, "y")
            #expect(try await ledger.events(for: "y", limit: 9).map(\.id) == [2, 3], "x is waited for no more")
            try await ledger.noteDelivery(through: 3, to: "y")
            try await revokeSome(ledger, 1, from: 50)
            #expect(try await ledger.events(for: "y", limit: 9).map(\.id) == [4])
        },
        ContractCase("a new receiver gets what happens from then on; registering again changes nothing") { ledger in
            try await listen(ledger, "x")
            try await revokeSome(ledger, 2)
            try await listen(ledger, "x", "y")
            #expect(try await ledger.events(for: "y", limit: 9).isEmpty)
            let head = try await ledger.auditHead()
            try await listen(ledger, "y", "x")
            #expect(try await ledger.auditHead() == head)
            try await revokeSome(ledger, 1, from: 50)
            #expect(try await ledger.events(for: "x", limit: 9).map(\.id) == [1, 2, 3])
            #expect(try await ledger.events(for: "y", limit: 9).map(\.id) == [3])
        },
        ContractCase("whoever waits is woken once events can be read, and by nothing else") { ledger in
            try await listen(ledger, "x")
            var signals = ledger.eventSignals().makeAsyncIterator()
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.suspend(device("a"), now: start, audit: event(.suspend))
            #expect(await signals.next() != nil)
            #expect(try await contents(ledger, "x") == [.suspension(device("a"))])
        },
    ]
}

private func listen(_ ledger: any CertificateLedger, _ names: String...) async throws {
    try await ledger.register(receivers: Set(names), audit: event(.receivers, principal: "system"))
}

private func contents(_ ledger: any CertificateLedger, _ receiver: String) async throws -> [OutboxEvent.Content] {
    try await ledger.events(for: receiver, limit: 99).map(\.content)
}

/// Each of an identity of its own.
private func revokeSome(_ ledger: any CertificateLedger, _ count: Int, from first: Int = 1) async throws {
    for number in first..<first + count {
        _ = try await ledger.record(certificate(number, "n\(number)"))
        _ = try await ledger.revoke(number)
    }
}
