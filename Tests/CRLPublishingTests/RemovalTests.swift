import PKI
import TestKit
import Testing

@testable import CRLPublishing

struct RemovalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Ages of the entries in the published list, in hours.
        let published: [Int64]
        /// How many of the first of them have left.
        let vanished: Int
        /// Age of the published list, in hours.
        let age: Int64
        let fault: String?
        /// Hours from now to what the next list says of itself: that it lists every revoked certificate that ends then or later.
        var completeFrom: Int64?
    }

    static let rows = [
        Row(testDescription: "nothing left", published: [1, 2], vanished: 0, age: 0, fault: nil),
        Row(testDescription: "one of a day and an hour", published: [25, 1], vanished: 1, age: 0, fault: nil),
        Row(testDescription: "one of 23 hours", published: [23, 1], vanished: 1, age: 0, fault: "young"),
        Row(testDescription: "one of 23 hours, from an old list", published: [23, 1], vanished: 1, age: 48, fault: "young"),
        Row(testDescription: "all ten of ten old ones", published: old(10), vanished: 10, age: 0, fault: nil),
        Row(testDescription: "five of eleven old ones", published: old(11), vanished: 5, age: 0, fault: nil),
        Row(testDescription: "six of eleven old ones", published: old(11), vanished: 6, age: 0, fault: "many"),
        Row(testDescription: "six of eleven old ones, after a day", published: old(11), vanished: 6, age: 25, fault: nil),
        Row(testDescription: "one, of those that ended by now", published: old(2), vanished: 1, age: 0, fault: nil, completeFrom: -1),
        Row(
            testDescription: "one, of those that end within an hour", published: old(2), vanished: 1, age: 999, fault: "unexpired",
            completeFrom: 1),
        Row(testDescription: "none, of those that end within an hour", published: old(2), vanished: 0, age: 0, fault: nil, completeFrom: 1),
        Row(testDescription: "all of twenty old ones", published: old(20), vanished: 20, age: 23, fault: "many"),
    ]

    private static func old(_ count: Int) -> [Int64] { [Int64](repeating: 240, count: count) }

    @Test(arguments: rows) func `entries may leave when they can have expired`(_ row: Row) throws {
        let entries = try list(ages: row.published)
        let removals = try removals(
            from: entries, to: Array(entries.dropFirst(row.vanished)), completeFrom: row.completeFrom.map { Bench.now + $0 * 3_600 })
        var fault: String?
        do throws(SuccessionFault) {
            try removals.check(publishedAt: Bench.now - row.age * 3_600, unexpired: [], now: Bench.now)
        } catch {
            switch error {
            case .youngVanished: fault = "young"
            case .unexpiredMayHaveVanished: fault = "unexpired"
            case .manyVanished(let count, let published):
                fault = "many"
                #expect(count == row.vanished)
                #expect(published == row.published.count)
            default: fault = "another"
            }
        }
        #expect(fault == row.fault)
    }

    @Test func `a list in another order, with entries put between, has lost none`() throws {
        let entries = try list(ages: [1, 2, 3, 4, 5])
        let more = try list(ages: [6, 6, 6, 6, 6, 7, 7]).suffix(2)
        let removals = try removals(from: entries, to: [entries[4], more[5], entries[0], entries[2], more[6], entries[1], entries[3]])
        try removals.check(publishedAt: Bench.now, unexpired: [], now: Bench.now)
    }

    @Test func `an entry that stood twice has not left while it stands once, and has when it does not`() throws {
        let entries = try list(ages: [1, 2, 3])
        for next in [[0, 1, 2], [0, 0, 1, 2], [2, 1, 0], [1, 2, 0, 0]] {
            for twice in [[0, 0, 1, 2], [0, 1, 0, 2], [0, 1, 2, 0], [0, 1, 2, 2, 2]] {
                let removals = try removals(from: twice.map { entries[$0] }, to: next.map { entries[$0] })
                try removals.check(publishedAt: Bench.now, unexpired: [], now: Bench.now)
            }
        }
        #expect(throws: SuccessionFault.youngVanished(serialNumber: entries[1].serialNumber.description)) {
            let removals = try removals(from: [1, 0, 1].map { entries[$0] }, to: [entries[0], entries[2]])
            try removals.check(publishedAt: Bench.now, unexpired: [], now: Bench.now)
        }
    }

    @Test func `the one entry that is gone is found among appended ones`() throws {
        let entries = try list(ages: [1, 2, 3])
        let next = [entries[0], entries[2]] + (try list(ages: [0, 0, 0, 0, 0])).suffix(2)
        #expect(throws: SuccessionFault.youngVanished(serialNumber: entries[1].serialNumber.description)) {
            try removals(from: entries, to: next).check(publishedAt: Bench.now, unexpired: [], now: Bench.now)
        }
    }

    private func list(ages hours: [Int64]) throws -> [CertificateRevocationList.Entry] {
        let revoked = try hours.enumerated().map { number, hours in
            let entry = try Revoked(UInt8(number), age: hours * 3_600)
            return (serial: entry.serial, date: Bench.now - entry.age, reason: RevocationReason.superseded)
        }
        return try CertificateRevocationList(der: Self.issuer.get().makeCRL(number: 1, revoked: revoked)).entries()
    }

    private func removals(
        from published: [CertificateRevocationList.Entry], to next: [CertificateRevocationList.Entry],
        completeFrom: UnixTime? = nil
    ) throws -> Removals {
        let lists = try [published, next].map { entries in
            let revoked = entries.map { ($0.serialNumber, $0.date, $0.reason) }
            return try CertificateRevocationList(
                der: Self.issuer.get().makeCRL(number: 1, expiredCertsOnCRL: completeFrom, revoked: revoked))
        }
        return Removals(from: lists[0], to: lists[1])
    }

    private static let issuer = Result { try ThrowAwayCA().devices }
}
