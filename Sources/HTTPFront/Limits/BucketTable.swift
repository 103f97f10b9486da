package import Access

/// Token buckets of very many senders in bounded memory.
///
/// A bucket is one number: the time at which it is full (the theoretical arrival time of GCRA, ITU-T I.371). A full bucket is equal to one that
/// nobody has used, so its slot is given away without a loss, and **no other slot ever is**: whoever fills the table with senders of his own
/// makes nobody forget what he has used. A sender for whom no slot is left takes from a bucket that all such senders of its class share.
package struct BucketTable: Sendable {
    /// The result of taking a request out of a bucket.
    package struct Taking: Equatable, Sendable {
        /// nil: the request may go on; else nanoseconds until one would.
        package let wait: Int64?
        /// Requests that are left.
        package let left: Int64
        /// Nanoseconds until one more comes back.
        package let next: Int64
    }

    private struct Slot {
        var key: UInt64 = 0
        /// Nanoseconds, on the caller's clock.
        var fullAt = Int64.min
    }

    /// Slots that a key may be in.
    private static let ways = 16
    /// At the start of a server each bucket has this part of its burst, rounded up.
    static let startingPart: Int64 = 4

    private var slots: [Slot]
    private let maxSlots: Int
    private let startedAt: Int64
    /// By class, for those without a slot.
    private var shared: [String: Int64] = [:]

    /// - Parameters:
    ///   - maxSlots: a power of two, at least 16; each has 16 octets.
    ///   - now: nanoseconds.
    package init(maxSlots: Int, now: Int64) {
        self.maxSlots = maxSlots
        startedAt = now
        slots = Array(repeating: Slot(), count: Self.ways)
    }

    /// Octets of all slots.
    package var octets: Int { slots.count * MemoryLayout<Slot>.stride }

    /// Takes one request out of a bucket, if there is one.
    /// - Parameters:
    ///   - key: of sender and class, spread over all 64 bits by a hash whose seed nobody knows.
    ///   - now: nanoseconds of a clock that does not go back; where it does, buckets are less full, never fuller.
    package mutating func take(_ key: UInt64, _ name: String, _ limit: RateLimit, at now: Int64) -> Taking {
        let fresh = startedAt + limit.fill - (limit.burst + Self.startingPart - 1) / Self.startingPart * limit.period
        while true {
            let set = Int(truncatingIfNeeded: key) & (slots.count / Self.ways - 1)
            let range = set * Self.ways..<(set + 1) * Self.ways
            if let index = range.first(where: { slots[$0].key == key && slots[$0].fullAt > now }) {
                return Self.take(&slots[index].fullAt, limit, at: now)
            }
            if let index = range.first(where: { slots[$0].fullAt <= now }) {
                slots[index] = Slot(key: key, fullAt: fresh)
                return Self.take(&slots[index].fullAt, limit, at: now)
            }
            guard slots.count < maxSlots else { return Self.take(&shared[name, default: fresh], limit, at: now) }
            grow()
        }
    }

    private static func take(_ fullAt: inout Int64, _ limit: RateLimit, at now: Int64) -> Taking {
        // A rate that was made wider meanwhile, or a clock that went back, must not leave a debt of days.
        let debt = min(max(fullAt - now, 0), limit.fill)
        let excess = debt + limit.period - limit.fill
        guard excess <= 0 else {
            fullAt = now + debt
            return Taking(wait: excess, left: 0, next: excess)
        }
        fullAt = now + debt + limit.period
        let left = -excess / limit.period
        return Taking(wait: nil, left: left, next: (limit.period + excess % limit.period))
    }

    /// Twice as many slots. Each set's keys go to two sets, so that all find room.
    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        let sets = slots.count / Self.ways
        var used = Array(repeating: 0, count: sets)
        for slot in old where slot.fullAt != .min {
            let set = Int(truncatingIfNeeded: slot.key) & (sets - 1)
            slots[set * Self.ways + used[set]] = slot
            used[set] += 1
        }
    }
}
