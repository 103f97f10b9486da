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
