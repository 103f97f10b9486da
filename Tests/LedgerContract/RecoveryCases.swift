import Ledger
import PKI
import Testing

extension ContractCase {
    /// What a recovery brings back, and what may be adopted after it.
    static let recovery: [ContractCase] = [
        ContractCase("numbers rise above the ledger, the evidence and what can have been published since") { ledger in
            let first = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start)
            let report = try await recover(ledger)
            #expect(report.numbers == ["devices": start.seconds + 600 + 600])
            let second = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start + 600)
            #expect(second.number > first.number + 600 && second.number == start.seconds + 1_201)
            _ = try await recover(ledger, number: start.seconds + 50_000, thisUpdate: start + 40)
            #expect(try await ledger.reserveCRL(issuer: "devices", after: 0, now: start + 600).number > start.seconds + 50_600)
            #expect(try await ledger.crlNumbers(issuer: "devices").leastThisUpdate == start + 40)
            _ = try await recover(ledger, thisUpdate: start + 10)
            #expect(try await ledger.crlNumbers(issuer: "devices").leastThisUpdate == start + 40, "it never falls")
        },
        ContractCase("revocations come back with date and reason, those of forgotten serial numbers too") { ledger in
            _ = try await ledger.record(certificate(1, "a"))
            _ = try await ledger.record(certificate(2, "b"))
            _ = try await ledger.record(certificate(3, "c"))
            _ = try await ledger.revoke(3)
            let report = try await recover(
                ledger, [(3, start, .superseded), (2, start + 100, .keyCompromise), (9, start + 200, .affiliationChanged)])
            #expect(report.revocations == 2 && report.forgotten == 1)
            let entries = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start + 600).entries
            #expect(entries.map(\.serialNumber) == [try serial(3), try serial(2), try serial(9)])
            #expect(entries.map(\.date) == [start, start + 100, start + 200])
            #expect(entries.map(\.reason) == [.superseded, .keyCompromise, .affiliationChanged])
            #expect(entries.last?.notAfter == end, "its end is not known: it stays as long as any could")
            #expect(try await ledger.identity(device("b"))?.suspendedAt == start + 100)
            await #expect(throws: LedgerError.keyCompromised) { try await ledger.record(certificate(4, "d", key: 2)) }
            #expect(try await ledger.counts() == LedgerCounts(certificates: 3, revocations: 3))
            #expect(try await recover(ledger, [(9, start + 200, .affiliationChanged)]).revocations == 0, "once is enough")
        },
        ContractCase("all tokens and tickets end but the administrator's") { ledger in
            var admin = ticket(1, .identity("x"))
            admin.ticket = nil
            _ = try await ledger.create(admin, audit: event(.initialize))
            for number in 2...4 { _ = try await ledger.create(ticket(number, .identity("x")), audit: event(.ticketCreate)) }
            let report = try await recover(ledger, keeping: admin.secretSHA256)
            #expect(report.tokens == 3 && report.keptToken)
            #expect(try await ledger.token(secretSHA256: admin.secretSHA256)?.revoked == false)
            #expect(try await ledger.token(secretSHA256: ticket(3, .identity("x")).secretSHA256)?.revoked == true)
            let again = try await recover(ledger, keeping: key(77))
            #expect(again.tokens == 1 && !again.keptToken, "a token file that the ledger does not know keeps none")
        },
        ContractCase("nothing is adopted without a recovery, nor from before or after what it lost") { ledger in
            let lost = try newer(5)
            let unknown = LedgerError.certificateUnknown(try serial(5))
            await #expect(throws: unknown) { try await ledger.adopt(adoption(lost), now: start + 700) }
            #expect(try await ledger.lastRecovery() == nil)
            _ = try await recover(ledger)
            for notBefore in [start - 61, start + 601] {
                await #expect(throws: unknown) { try await ledger.adopt(adoption(newer(5, notBefore: notBefore)), now: start + 700) }
            }
            await #expect(throws: LedgerError.presentedExpired(try serial(5))) {
                try await ledger.adopt(adoption(lost), now: lost.notAfter + 1)
            }
            #expect(try await ledger.adopt(adoption(lost), now: start + 700).generation == 1)
            #expect(try await ledger.adopt(adoption(lost), now: start + 700).lineage == 1, "twice is once")
            #expect(try await ledger.counts().certificates == 1)
        },
        ContractCase("an adopted certificate is its identity's newest line, and renews") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await recover(ledger)
            #expect(try await ledger.adopt(adoption(newer(5)), now: start + 700).lineage == 2)
            #expect(try await ledger.renew(5, to: certificate(6), at: start + 700).recorded?.generation == 2)
            await #expect(throws: LedgerError.fork(presented: try serial(1), current: try serial(6))) {
                try await ledger.renew(1, to: certificate(7), at: start + 700)
            }
            // The copy of a forgotten certificate that was itself renewed before the disaster.
            await #expect(throws: LedgerError.fork(presented: try serial(4), current: try serial(6))) {
                try await ledger.adopt(adoption(newer(4, notBefore: start - 30)), now: start + 700)
            }
        },
        ContractCase("who enrolled anew after the recovery wins over a forgotten certificate") { ledger in
            _ = try await recover(ledger)
            _ = try await ledger.record(newer(6, notBefore: start + 650), .token(exclusive: true), at: start + 650)
            await #expect(throws: LedgerError.fork(presented: try serial(5), current: try serial(6))) {
                try await ledger.adopt(adoption(newer(5)), now: start + 700)
            }
            let receipt = try await revoke(ledger, adopting: newer(5))
            #expect(receipt.certificate.revocation != nil && receipt.certificate.lineage == 2)
            #expect(try await ledger.identity(device("a"))?.lineage == 1, "aside: the line of today goes on")
            #expect(try await ledger.renew(6, to: certificate(7), at: start + 700).recorded?.generation == 2)
            #expect(try await ledger.record(certificate(8), .token(exclusive: true), at: start + 800).recorded?.lineage == 3)
        },
        ContractCase("what a list revokes is not adopted to renew, but known when it is sent to be revoked") { ledger in
            _ = try await recover(ledger, [(5, start + 400, .keyCompromise)])
            let lost = try newer(5, key: 5)
            await #expect(throws: LedgerError.presentedRevoked(try serial(5))) { try await ledger.adopt(adoption(lost), now: start + 700) }
            let receipt = try await revoke(ledger, adopting: lost)
            #expect(receipt.alreadyRevoked && receipt.certificate.revocation?.date == start + 400)
            #expect(receipt.certificate.revocation?.reason == .keyCompromise)
            await #expect(throws: LedgerError.keyCompromised) { try await ledger.record(certificate(6, "z", key: 5), at: start + 700) }
            #expect(try await ledger.counts().revocations == 1)
        },
        ContractCase("a suspended identity adopts nothing, and stays suspended by a revocation") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await recover(ledger, [(1, start + 100, .privilegeWithdrawn)])
            await #expect(throws: LedgerError.identitySuspended(device("a"))) {
                try await ledger.adopt(adoption(newer(5)), now: start + 700)
            }
            _ = try await revoke(ledger, adopting: newer(5))
            #expect(try await ledger.identity(device("a"))?.suspendedAt == start + 100)
        },
        ContractCase("the first serial number that is not revoked is named") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.record(certificate(2, "b"))
            _ = try await ledger.revoke(1)
            _ = try await recover(ledger, [(9, start, .superseded)])
            #expect(try await ledger.firstUnrevoked(among: [serial(1), serial(9)]) == nil)
            #expect(try await ledger.firstUnrevoked(among: [serial(9), serial(2), serial(3)]) == (try serial(2)))
        },
    ]
}

private let end = start + 3_650 * day

/// Recovers a ledger whose last record is of `start`, ten minutes later.
private func recover(
    _ ledger: any CertificateLedger, number: Int64 = 0, thisUpdate: UnixTime = 0, keeping token: [UInt8]? = nil,
    _ entries: [(serial: Int, date: UnixTime, reason: RevocationReason)] = [], at now: UnixTime = start + 600
) async throws -> RecoveryReport {
    let list = try entries.map {
        CertificateRevocationList.Entry(serialNumber: try serial($0.serial), date: $0.date, reason: $0.reason)
    }
    return try await ledger.recover(
        RecoveryOrder(
            evidence: [
                PublicationEvidence(issuer: "devices", number: number, thisUpdate: thisUpdate, entries: list, issuerEnd: end)
            ], since: start, now: now, keptTokenSHA256: token, audit: event(.recover, principal: "system", timestamp: now.milliseconds)))
}

private func adoption(_ certificate: CertificateRecord, _ purpose: Adoption.Purpose = .renewal(exclusive: true)) -> Adoption {
    Adoption(certificate: certificate, purpose: purpose, backdating: 0, audit: event(.adopt))
}

private func newer(_ number: Int, _ name: String = "a", notBefore: UnixTime = start + 300, key: Int? = nil) throws -> CertificateRecord {
    var record = try certificate(number, name, key: key)
    record.notBefore = notBefore
    return record
}

private func revoke(_ ledger: any CertificateLedger, adopting record: CertificateRecord, suspends: Bool = false) async throws
    -> RevocationReceipt
{
    try await ledger.revoke(
        RevocationOrder(
            serialNumber: record.serialNumber, reason: .superseded, date: start + 700, suspendsIdentity: suspends,
            audit: event(.revoke), adoption: adoption(record, .revocation)))
}
