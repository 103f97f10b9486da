/// An RSA public key (RFC 8017 §A.1.1), and whether it may be certified.
struct RSAPublicKey {
    let modulus: UnsignedInteger
    /// Big-endian, without leading zeros.
    let exponent: [UInt8]

    /// - Parameter der: RSAPublicKey, the content of the key's BIT STRING.
    init(der: [UInt8]) throws(UnusableKey) {
        do throws(DERError) {
            var document = DERReader(der)
            var key = try document.open(0x30)
            try document.requireEnd()
            modulus = UnsignedInteger(bigEndian: try key.magnitude())
            exponent = Array(try key.magnitude())
            try key.requireEnd()
        } catch {
            throw .malformed(error)
        }
    }

    /// The size of the modulus, once every known weakness is excluded.
    func checkedBits() throws(UnusableKey) -> Int {
        let bits = modulus.bitWidth
        guard bits >= KeyAlgorithm.modulusSizes.lowerBound else { throw .rsaTooSmall(bits: bits) }
        guard bits <= KeyAlgorithm.modulusSizes.upperBound else { throw .rsaTooLarge(bits: bits) }
        try checkExponent()
        for prime in Self.smallPrimes where modulus.remainder(dividingBy: prime) == 0 { throw .rsaSmallFactor(prime) }
        if isROCA { throw .rsaROCA }
        if hasClosePrimes(rounds: 100) { throw .rsaClosePrimes }
        return bits
    }

    private func checkExponent() throws(UnusableKey) {
        guard exponent.count <= 4 else { throw .rsaExponentTooLarge(bits: UnsignedInteger(bigEndian: exponent).bitWidth) }
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value >= 65_537 else { throw .rsaExponentTooSmall(value) }
        guard value % 2 == 1 else { throw .rsaExponentEven }
    }

    /// The primes up to 751, as public CAs try them.
    private static let smallPrimes: [UInt32] = (2...751).filter { number in
        !(2..<number).contains { $0 * $0 <= number && number % $0 == 0 }
    }

    /// Infineon's generator made primes k·M + (65537ᵃ mod M), M a product of the first primes, so the modulus is a power of
    /// 65537 modulo each of them; a random one passes all these tests with a chance below 2⁻²⁷.
    private var isROCA: Bool {
        Self.powersOf65537.allSatisfy { prime, powers in powers.contains(modulus.remainder(dividingBy: prime)) }
    }

    private static let powersOf65537: [(prime: UInt32, powers: Set<UInt32>)] = smallPrimes.filter { (3...167).contains($0) }.map { prime in
        var powers: Set<UInt32> = []
        var power: UInt32 = 1
        while powers.insert(power).inserted { power = power * (65_537 % prime) % prime }
        return (prime, powers)
    }

    /// Fermat's method: n = a² − b² with a near √n when the primes are close.
    private func hasClosePrimes(rounds: Int) -> Bool {
        let (root, rest) = modulus.squareRoot()
        guard !rest.isZero else { return true }
        // a = root + 1, and a² − n = 2·root + 1 − rest without a multiplication.
        var step = root.doubled()
        step.add(1)
        var difference = step
        difference.subtract(rest)
        for _ in 0..<rounds {
            if difference.isPerfectSquare { return true }
            step.add(2)
            difference.add(step)
        }
        return false
    }
}

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
