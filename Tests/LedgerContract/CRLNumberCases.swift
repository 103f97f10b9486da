import Ledger
import PKI
import Testing

extension ContractCase {
    /// The numbers of CRLs, and the entries that each build gets.
    static let crlNumbers: [ContractCase] = [
        ContractCase("a CRL takes the number that its revocations were promised") { ledger in
            for number in 1...3 { _ = try await ledger.record(certificate(number, "n\(number)")) }
            let first = try await ledger.revoke(1, at: start).certificate.revocation?.crlNumber
            let second = try await ledger.revoke(2, at: start + 10).certificate.revocation?.crlNumber
            #expect(first == start.seconds)
            #expect(second == start.seconds, "both wait for the same CRL")
            let crl = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start + 20)
            #expect(crl.number == start.seconds)
            #expect(crl.entries.map(\.serialNumber) == [try serial(1), try serial(2)])
            let third = try await ledger.revoke(3, at: start - 5).certificate.revocation?.crlNumber
            #expect(third == start.seconds + 1, "a clock that went back does not take numbers back")
        },
        ContractCase("numbers rise with the clock and never fall") { ledger in
            let rows: [(now: UnixTime, number: Int64)] = [
                (start, start.seconds), (start, start.seconds + 1), (start - 100, start.seconds + 2),
                (start + 50, start.seconds + 50), (start + 50, start.seconds + 51),
            ]
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.record(certificate(2, "b", profile: "service", issuer: "services"))
            for row in rows {
                let crl = try await ledger.reserveCRL(issuer: "devices", after: 0, now: row.now)
                #expect(crl == CRLReservation(number: row.number, entries: []))
            }
            #expect(try await ledger.reserveCRL(issuer: "services", after: 0, now: 7).number == 7, "each issuer counts for itself")
        },
        ContractCase("a build gets its issuer's entries after the last one it saw") { ledger in
            _ = try await ledger.record(certificate(1, "a"))
            _ = try await ledger.record(certificate(2, "b", profile: "service", issuer: "services"))
            _ = try await ledger.record(certificate(3, "c"))
            for number in 1...3 { _ = try await ledger.revoke(number, .keyCompromise, at: start + Int64(number)) }
            let all = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start)
            let end = start + 30 * day - 1
            #expect(
                all.entries == [
                    RevokedEntry(sequence: 1, serialNumber: try serial(1), date: start + 1, reason: .keyCompromise, notAfter: end),
                    RevokedEntry(sequence: 3, serialNumber: try serial(3), date: start + 3, reason: .keyCompromise, notAfter: end),
                ])
            let later = try await ledger.reserveCRL(issuer: "devices", after: 1, now: start)
            #expect(later.entries.map(\.sequence) == [3])
            #expect(try await ledger.reserveCRL(issuer: "services", after: 0, now: start).entries.map(\.sequence) == [2])
        },
        ContractCase("a revocation waits until a CRL with its number is published") { ledger in
            _ = try await ledger.record(certificate(1))
            #expect(try await !ledger.hasPendingRevocations(issuer: "devices"))
            _ = try await ledger.revoke(1)
            #expect(try await ledger.hasPendingRevocations(issuer: "devices"))
            #expect(try await !ledger.hasPendingRevocations(issuer: "services"))
            let crl = try await ledger.reserveCRL(issuer: "devices", after: 0, now: start)
            #expect(try await ledger.hasPendingRevocations(issuer: "devices"), "a build may fail")
            try await ledger.recordPublication(publication(crl.number), audit: event(.crlPublish))
            #expect(try await !ledger.hasPendingRevocations(issuer: "devices"))
        },
        ContractCase("the last publication is the one with the highest number, and no lower one follows") { ledger in
            #expect(try await ledger.lastPublication(issuer: "devices") == nil)
            let newest = start.seconds + 7
            try await ledger.recordPublication(publication(newest - 7), audit: event(.crlPublish))
            try await ledger.recordPublication(publication(newest), audit: event(.crlPublish))
            #expect(try await ledger.lastPublication(issuer: "devices") == publication(newest))
            for number in [newest, newest - 1] {
                await #expect(throws: LedgerError.corrupt("CRL \(number) of devices must not follow CRL \(newest)")) {
                    try await ledger.recordPublication(publication(number), audit: event(.crlPublish))
                }
            }
            #expect(try await ledger.reserveCRL(issuer: "devices", after: 0, now: start).number == newest + 1)
            #expect(try await ledger.lastPublication(issuer: "root") == nil)
        },
    ]
}

private func publication(_ number: Int64) -> CRLRecord {
    CRLRecord(
        issuer: "devices", number: number, thisUpdate: start, nextUpdate: start + day, entryCount: 3,
        sha256: key(Int(truncatingIfNeeded: number)))
}
