import Ledger
import PKI
import Testing

extension ContractCase {
    /// Two parties with one key: who goes on, and until when it stays open.
    static let forks: [ContractCase] = [
        ContractCase("the grace is counted from the first renewal, however often the parent renews") { ledger in
            _ = try await ledger.record(certificate(1))
            for number in 2...5 {
                let time = start + Int64(number - 2) * (grace / 4)
                #expect(try await ledger.renew(1, to: certificate(number), at: time).recorded?.generation == number)
            }
            await #expect(throws: LedgerError.fork(presented: try serial(1), current: try serial(5))) {
                try await ledger.renew(1, to: certificate(6), at: start + grace)
            }
        },
        ContractCase("an old key cannot make the owner's certificate the fork") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.renew(1, to: certificate(2, key: 5))
            #expect(try await ledger.renew(1, to: certificate(3, key: 6)).recorded?.generation == 3, "an answer may have been lost")
            #expect(try await ledger.renew(2, to: certificate(4)).recorded?.generation == 4, "the first that is used goes on")
            for presented in [1, 3] {
                await #expect(throws: LedgerError.fork(presented: try serial(presented), current: try serial(4)), "\(presented)") {
                    try await ledger.renew(presented, to: certificate(7))
                }
            }
            #expect(try await ledger.renew(4, to: certificate(8)).recorded?.generation == 5)
        },
        ContractCase("once a renewal was used, neither the parent nor its other renewals go on, whatever the key") { ledger in
            _ = try await ledger.record(certificate(1))
            _ = try await ledger.renew(1, to: certificate(2, key: 5))
            _ = try await ledger.renew(1, to: certificate(3, key: 6))
            _ = try await ledger.renew(3, to: certificate(4, key: 7))
            for (presented, key) in [(1, 5), (1, 6), (1, 8), (2, 9)] {
                await #expect(throws: LedgerError.fork(presented: try serial(presented), current: try serial(4)), "\(presented) to \(key)")
                {
                    try await ledger.renew(presented, to: certificate(9, key: key))
                }
            }
            #expect(
                try await ledger.renew(3, to: certificate(9, key: 7)).repeated?.serialNumber == serial(4), "its answer may be lost, too")
        },
        ContractCase("a fork is open until a certificate of it is revoked") { ledger in
            for resolving in [1, 2] {
                let first = 10 * resolving
                _ = try await ledger.record(certificate(first, "device-\(resolving)"))
                _ = try await ledger.renew(first, to: certificate(first + 1, "device-\(resolving)"))
                try await note(ledger, first, first + 1)
                #expect(try await ledger.openForks(now: start) == [device("device-\(resolving)")])
                _ = try await ledger.revoke(first + resolving - 1)
                #expect(try await ledger.openForks(now: start).isEmpty)
            }
        },
        enrollingAnew(exclusive: true, open: false), enrollingAnew(exclusive: false, open: true),
    ]
}

private func enrollingAnew(exclusive: Bool, open: Bool) -> ContractCase {
    ContractCase("enrolling anew \(open ? "leaves a fork open where it ends no line" : "resolves a fork where that ends the line")") {
        ledger in
        _ = try await ledger.record(certificate(1))
        _ = try await ledger.renew(1, to: certificate(2))
        try await note(ledger, 1, 2, exclusive: exclusive)
        _ = try await ledger.record(certificate(3), at: start + 60)
        #expect(try await ledger.openForks(now: start + 60).isEmpty == !open)
        #expect(try await ledger.openForks(now: start + 30 * day).isEmpty, "nothing of the line is good any more")
    }
}

private func note(_ ledger: any CertificateLedger, _ presented: Int, _ current: Int, exclusive: Bool = true) async throws {
    try await ledger.noteFork(
        presented: serial(presented), current: serial(current), exclusive: exclusive, audit: event(.renew, result: .fork))
}
