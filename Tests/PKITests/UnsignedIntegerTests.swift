import Testing

@testable import PKI

@Suite struct UnsignedIntegerTests {
    private func number(_ hex: String) throws -> UnsignedInteger {
        UnsignedInteger(bigEndian: try #require(octets(hexadecimal: hex.count % 2 == 0 ? hex : "0" + hex)))
    }

    @Test(arguments: [("", 0), ("00", 0), ("01", 1), ("ff", 8), ("0100000000", 33), ("00ffffffffffffffff", 64)])
    func `the bit width ignores leading zeros`(hex: String, bits: Int) throws {
        #expect(try number(hex).bitWidth == bits)
    }

    // By Python: divmod and math.isqrt.
    @Test(arguments: [
        ("0", "0", "0"), ("1", "1", "0"), ("2", "1", "1"), ("3", "1", "2"), ("4", "2", "0"), ("ffffffff", "ffff", "1fffe"),
        ("100000000", "10000", "0"), ("fffffffffffffffffffffffffffffffe", "ffffffffffffffff", "1fffffffffffffffd"),
        ("fffffffffffffffe0000000000000001", "ffffffffffffffff", "0"),
        ("123456789abcdef0123456789abcdef012345", "1111111111111109111", "2468acf13538ace024"),
    ])
    func `a square root and its rest are exact`(hex: String, root: String, rest: String) throws {
        let result = try number(hex).squareRoot()
        #expect(result.root == (try number(root)))
        #expect(result.rest == (try number(rest)))
    }

    @Test func `exactly the squares among small numbers are squares`() {
        let squares = Set((0...64).map { $0 * $0 })
        for value in 0...4_096 {
            let integer = UnsignedInteger(bigEndian: [UInt8(value >> 8), UInt8(value & 0xFF)])
            #expect(integer.isPerfectSquare == squares.contains(value))
        }
    }

    @Test func `sums carry and differences borrow across limbs`() throws {
        var value = try number("ffffffffffffffff")
        value.add(1)
        #expect(value == (try number("10000000000000000")))
        #expect(value.doubled() == (try number("20000000000000000")))
        value.subtract(try number("1"))
        #expect(value == (try number("ffffffffffffffff")))
        value.subtract(value)
        #expect(value.isZero)
    }

    @Test func `a remainder is that of long division`() throws {
        // By Python: 0x123456789abcdef0123456789abcdef0 % 751 and % (2**32 - 5).
        let value = try number("123456789abcdef0123456789abcdef0")
        #expect(value.remainder(dividingBy: 751) == 431)
        #expect(value.remainder(dividingBy: 4_294_967_291) == 4_123_168_200)
    }
}
