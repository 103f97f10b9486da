import Access
import Testing

@testable import HTTPFront

private let second: Int64 = 1_000_000_000

@Suite struct `A table of token buckets` {
    /// A table whose buckets are full.
    private func table(maxSlots: Int = 1 << 20) -> BucketTable { BucketTable(maxSlots: maxSlots, now: -10_000_000 * second) }

    private func taken(_ table: inout BucketTable, _ key: UInt64, _ limit: RateLimit, tries: Int, at now: Int64) -> Int {
        (0..<tries).count { _ in table.take(key, "x", limit, at: now).wait == nil }
    }

    @Test(
        arguments: [(10, 60, 10), (10, 60, 60), (1, 1, 1), (1_000_000, 1, 1_000_000), (7, 60, 3), (3, 86_400, 300)] as [(Int, Int64, Int)])
    func `gives exactly the burst, and then what comes back`(requests: Int, interval: Int64, burst: Int) {
        var table = table()
        let limit = RateLimit(requests: requests, interval: interval, burst: burst)
        #expect(taken(&table, 1, limit, tries: burst + 5, at: 0) == burst)
        let refused = table.take(1, "x", limit, at: 0)
        #expect(refused.wait == limit.period && refused.left == 0)
        #expect(table.take(1, "x", limit, at: limit.period - 1).wait == 1)
        #expect(table.take(1, "x", limit, at: limit.period).wait == nil)
        #expect(taken(&table, 1, limit, tries: burst + 5, at: limit.period + limit.fill) == burst)
    }

    @Test func `says how many are left and when one more comes back`() {
        var table = table()
        let limit = RateLimit(requests: 10, interval: 60)
        #expect(table.take(1, "x", limit, at: 0) == BucketTable.Taking(wait: nil, left: 9, next: 6 * second))
        #expect(table.take(1, "x", limit, at: 2 * second) == BucketTable.Taking(wait: nil, left: 8, next: 4 * second))
        #expect(table.take(1, "x", limit, at: 6 * second) == BucketTable.Taking(wait: nil, left: 8, next: 6 * second))
    }

    @Test func `keeps senders apart`() {
        var table = table()
        let limit = RateLimit(requests: 2, interval: 60)
        #expect(taken(&table, 1, limit, tries: 5, at: 0) == 2)
        #expect(taken(&table, 2, limit, tries: 5, at: 0) == 2)
    }

    @Test(arguments: [(60, 15), (10, 3), (100, 25), (5, 2), (1, 1)]) func `begins with a quarter of the burst after a start`(
        burst: Int, first: Int
    ) {
        let limit = RateLimit(requests: 10, interval: 60, burst: burst)
        var table = BucketTable(maxSlots: 1 << 10, now: 0)
        #expect(taken(&table, 1, limit, tries: burst + 5, at: 0) == first)
        // Who comes later finds what has come back since the start, and never more than the burst.
        #expect(taken(&table, 2, limit, tries: burst + 5, at: 12 * second) == min(first + 2, burst))
        #expect(taken(&table, 3, limit, tries: burst + 5, at: limit.fill) == burst)
    }

    @Test func `is never fuller when its clock goes back, and owes no more than a bucket`() {
        let limit = RateLimit(requests: 10, interval: 60)
        var table = table()
        #expect(taken(&table, 1, limit, tries: 20, at: 5_000 * second) == 10)
        #expect(taken(&table, 1, limit, tries: 20, at: 0) == 0)
        #expect(table.take(1, "x", limit, at: 6 * second).wait == nil)
    }

    @Test func `takes a narrower rate at once, and forgets the debt of a wider one`() {
        var table = table()
        #expect(taken(&table, 1, RateLimit(requests: 1, interval: 86_400, burst: 100), tries: 200, at: 0) == 100)
        let limit = RateLimit(requests: 60, interval: 60)
        #expect(taken(&table, 1, limit, tries: 200, at: 0) == 0)
        #expect(taken(&table, 1, limit, tries: 200, at: 10 * second) == 10)
    }

    @Test func `holds a million senders in bounded memory, and remembers each that has a slot`() {
        var table = table(maxSlots: 1 << 20)
        let limit = RateLimit(requests: 1, interval: 3_600)
        var generator = SystemRandomNumberGenerator()
        let keys = (0..<1_000_000).map { _ in generator.next() as UInt64 }
        let admitted = keys.filter { table.take($0, "x", limit, at: 0).wait == nil }
        #expect(table.octets <= 16 << 20)
        #expect(admitted.count > 850_000)
        let again = admitted.count { table.take($0, "x", limit, at: 1).wait == nil }
        #expect(again == 0)
    }

    /// The attack: a spent bucket would be full again if others could push it out.
    @Test func `forgets no spent bucket however many others come`() {
        var table = table(maxSlots: 1 << 8)
        let limit = RateLimit(requests: 5, interval: 60)
        let own: UInt64 = 0x1234_5678_9ABC_DEF0
        #expect(taken(&table, own, limit, tries: 9, at: 0) == 5)
        var generator = SystemRandomNumberGenerator()
        for round: Int64 in 1...5_000 {
            _ = table.take(generator.next(), "x", limit, at: round)
            // The same set.
            _ = table.take(own & 0xFFFF | UInt64(round) << 32, "x", limit, at: round)
        }
        #expect(table.octets == (1 << 8) * 16)
        #expect(taken(&table, own, limit, tries: 9, at: 6_000) == 0)
    }

    @Test func `lets those without a slot share one bucket of their class, and gives them slots when others are full again`() {
        var table = table(maxSlots: 16)
        let limit = RateLimit(requests: 2, interval: 60)
        for key: UInt64 in 1...16 { #expect(table.take(key, "x", limit, at: 0).wait == nil) }
        let shared = (100...110).count { table.take($0, "x", limit, at: 0).wait == nil }
        #expect(shared == 2)
        #expect(table.take(99, "y", limit, at: 0).wait == nil, "another class has another one")
        #expect(taken(&table, 200, limit, tries: 5, at: 30 * second) == 2)
    }
}
