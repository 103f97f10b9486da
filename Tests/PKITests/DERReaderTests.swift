import PKI
import Testing

@Suite struct DERReaderTests {
    @Test(
        arguments: [
            ("", .truncated(at: 0)), ("30", .truncated(at: 0)), ("3001", .truncated(at: 0)), ("3080", .indefiniteLength(at: 1)),
            ("308101ff", .nonMinimalLength(at: 1)), ("3082007f", .nonMinimalLength(at: 1)), ("308200ff", .nonMinimalLength(at: 1)),
            ("30850100000000", .tooLong(at: 1)), ("3082ff", .truncated(at: 1)), ("3084ffffffff", .truncated(at: 0)),
            ("1f810100", .highTagNumber(at: 0)),
        ] as [(String, DERError)])
    func `a malformed value is refused with its position`(hex: String, error: DERError) throws {
        var reader = DERReader(try #require(octets(hexadecimal: hex)))
        #expect(throws: error) { try reader.next() }
    }

    @Test(arguments: ["0200", "0280", "02020001", "0201ff", "020100ff"])
    func `an integer that is empty, padded or negative is refused`(hex: String) throws {
        var reader = DERReader(try #require(octets(hexadecimal: hex)))
        #expect(throws: DERError.self) {
            _ = try reader.magnitude()
            try reader.requireEnd()
        }
    }

    @Test(arguments: [("02087fffffffffffffff", .max), ("020100", 0), ("02020080", 128)] as [(String, Int64)])
    func `an integer is read to its limits`(hex: String, value: Int64) throws {
        var reader = DERReader(try #require(octets(hexadecimal: hex)))
        #expect(try reader.integer() == value)
    }

    @Test func `an integer beyond 63 bits is refused`() {
        var reader = DERReader([0x02, 0x09, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: DERError.self) { try reader.integer() }
    }

    @Test func `octets are held where every one is the same, and nowhere else`() {
        let octets: [UInt8] = Array(0..<200)
        for length in [0, 1, 7, 8, 31, 64, 200] {
            #expect(octets.hold(Array(octets[..<length]), at: 0..<length))
            #expect(octets.hold(Array(octets[(200 - length)...]), at: 200 - length..<200))
            for index in 0..<length {
                var altered = Array(octets[..<length])
                altered[index] ^= 0x80
                #expect(!octets.hold(altered, at: 0..<length))
            }
        }
        #expect(!octets.hold([0, 1], at: 0..<1) && !octets.hold([0], at: 0..<2))
        #expect(!octets.hold([199, 0], at: 199..<201) && !octets.hold([0, 0], at: -1..<1))
    }

    @Test(arguments: [[0x01, 0x01, 0x00], [0x01, 0x01, 0x01], [0x01, 0x02, 0xFF, 0xFF], [0x01, 0x00]] as [[UInt8]])
    func `a boolean is written only when true, and as 0xFF`(der: [UInt8]) {
        var reader = DERReader(der)
        #expect(throws: DERError.invalidBoolean(at: 0)) { try reader.booleanDefaultFalse() }
    }

    @Test(arguments: [[0x03, 0x00], [0x03, 0x01, 0x01], [0x03, 0x02, 0x04, 0xF0]] as [[UInt8]])
    func `a bit string of half octets is refused`(der: [UInt8]) {
        var reader = DERReader(der)
        #expect(throws: DERError.invalidBitString(at: 0)) { try reader.octetsOfBitString() }
    }
}
