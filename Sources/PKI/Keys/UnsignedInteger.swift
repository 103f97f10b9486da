/// Just enough arithmetic on large integers to look for weak RSA moduli; nothing here handles secrets.
struct UnsignedInteger: Equatable {
    /// Least significant first, no leading zero limbs.
    private var limbs: [UInt32]

    init(bigEndian octets: some BidirectionalCollection<UInt8>) {
        limbs = []
        limbs.reserveCapacity(octets.count / 4 + 1)
        var shift: UInt32 = 0
        var limb: UInt32 = 0
        for octet in octets.reversed() {
            limb |= UInt32(octet) << shift
            shift += 8
            if shift == 32 {
                limbs.append(limb)
                (limb, shift) = (0, 0)
            }
        }
        limbs.append(limb)
        normalize()
    }

    private init(limbs: [UInt32]) {
        self.limbs = limbs
    }

    var isZero: Bool { limbs.isEmpty }

    var bitWidth: Int {
        limbs.last.map { limbs.count * 32 - $0.leadingZeroBitCount } ?? 0
    }

    func remainder(dividingBy divisor: UInt32) -> UInt32 {
        var rest: UInt64 = 0
        for limb in limbs.reversed() { rest = (rest << 32 | UInt64(limb)) % UInt64(divisor) }
        return UInt32(truncatingIfNeeded: rest)
    }

    func doubled() -> Self {
        var result = self
        result.add(self)
        return result
    }

    mutating func add(_ other: UInt32) {
        add(Self(limbs: [other]))
    }

    mutating func add(_ other: Self) {
        var carry: UInt64 = 0
        for index in 0..<max(limbs.count, other.limbs.count) {
            if index == limbs.count { limbs.append(0) }
            let sum = UInt64(limbs[index]) + (index < other.limbs.count ? UInt64(other.limbs[index]) : 0) + carry
            limbs[index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    /// - Parameter other: not more than this.
    mutating func subtract(_ other: Self) {
        var borrow: Int64 = 0
        for index in limbs.indices {
            let difference = Int64(limbs[index]) - (index < other.limbs.count ? Int64(other.limbs[index]) : 0) - borrow
            limbs[index] = UInt32(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        normalize()
    }

    /// The largest integer whose square is not larger, and what is left.
    func squareRoot() -> (root: Self, rest: Self) {
        var root = Self(limbs: [])
        var rest = Self(limbs: [])
        // Two binary digits at a time, as one does it on paper: root and rest stay half as long as the number.
        for pair in stride(from: (bitWidth + 1) / 2 - 1, through: 0, by: -1) {
            let digits = limbs[pair / 16] >> UInt32(pair % 16 * 2) & 3
            rest.shiftLeft(2, adding: digits)
            var trial = root
            trial.shiftLeft(2, adding: 1)
            let fits = trial.isAtMost(rest)
            if fits { rest.subtract(trial) }
            root.shiftLeft(1, adding: fits ? 1 : 0)
        }
        return (root, rest)
    }

    var isPerfectSquare: Bool {
        // Squares have few remainders: these four tests dismiss 99 of 100 other numbers.
        for modulus in [64, 63, 65, 11] as [UInt32] {
            let rest = remainder(dividingBy: modulus)
            guard (0..<modulus).contains(where: { $0 * $0 % modulus == rest }) else { return false }
        }
        return squareRoot().rest.isZero
    }

    private func isAtMost(_ other: Self) -> Bool {
        guard limbs.count == other.limbs.count else { return limbs.count < other.limbs.count }
        for index in limbs.indices.reversed() where limbs[index] != other.limbs[index] {
            return limbs[index] < other.limbs[index]
        }
        return true
    }

    private mutating func shiftLeft(_ count: UInt32, adding low: UInt32) {
        var carry = low
        for index in limbs.indices {
            let limb = limbs[index]
            limbs[index] = limb << count | carry
            carry = limb >> (32 - count)
        }
        if carry > 0 { limbs.append(carry) }
    }

    private mutating func normalize() {
        while limbs.last == 0 { limbs.removeLast() }
    }
}
