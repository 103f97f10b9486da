import PKI
import TestKit
import Testing

@Suite struct DERWriterTests {
    @Test(
        arguments: [
            (0, "020100"), (1, "020101"), (127, "02017f"), (128, "02020080"), (255, "020200ff"), (256, "02020100"), (-1, "0201ff"),
            (-128, "020180"), (-129, "0202ff7f"), (.max, "02087fffffffffffffff"), (.min, "02088000000000000000"),
        ] as [(Int64, String)])
    func `an integer takes as few octets as its sign allows`(value: Int64, der: String) {
        var writer = DERWriter()
        writer.integer(value)
        #expect(hexadecimal(writer.bytes) == der)
    }

    @Test(
        arguments: [
            ([], "020100"), ([0, 0], "020100"), ([0x7F], "02017f"), ([0x80], "02020080"), ([0, 0, 1, 2], "02020102"),
        ] as [([UInt8], String)])
    func `a magnitude loses leading zeros and stays positive`(octets: [UInt8], der: String) {
        var writer = DERWriter()
        writer.integer(octets)
        #expect(hexadecimal(writer.bytes) == der)
    }

    @Test(arguments: [
        (0, "3000"), (127, "307f"), (128, "308180"), (255, "3081ff"), (256, "30820100"), (65_535, "3082ffff"), (65_536, "3083010000"),
    ])
    func `a length is patched in as DER wants it`(content: Int, head: String) {
        var writer = DERWriter()
        writer.raw([0x05, 0x00])
        writer.constructed(0x30) { $0.raw([UInt8](repeating: 0xAA, count: content)) }
        #expect(hexadecimal(writer.bytes.dropFirst(2).prefix(head.count / 2)) == head)
        #expect(writer.bytes.count == 2 + head.count / 2 + content)
        #expect(writer.bytes.dropFirst(2 + head.count / 2).allSatisfy { $0 == 0xAA })
    }

    @Test func `the simple types are the golden octets`() {
        var writer = DERWriter()
        writer.boolean(true)
        writer.boolean(false)
        writer.objectIdentifier(.commonName)
        writer.utf8String("Zürich")
        writer.octetString([1, 2])
        writer.bitString([0xA0], unusedBits: 5)
        writer.bitString([UInt8]())
        #expect(hexadecimal(writer.bytes) == "0101ff010100" + "0603550403" + "0c075ac3bc72696368" + "04020102" + "030205a0" + "030100")
    }

    @Test func `openssl reads nested values as they were written`() throws {
        var writer = DERWriter()
        writer.constructed(0x30) { outer in
            outer.constructed(0xA3) { inner in
                inner.constructed(0x31) { set in
                    set.objectIdentifier(.authorityInfoAccess)
                    set.utf8String(String(repeating: "x", count: 300))
                }
            }
            outer.time(2_524_607_999)
            outer.time(2_524_608_000)
        }
        let parsed = try run("openssl", ["asn1parse", "-inform", "DER"], input: writer.bytes)
        #expect(parsed.status == 0)
        #expect(parsed.stdout.contains(":Authority Information Access"))
        #expect(parsed.stdout.contains("UTCTIME           :491231235959Z"))
        #expect(parsed.stdout.contains("GENERALIZEDTIME   :20500101000000Z"))
        #expect(parsed.stdout.contains("l= 300 prim: UTF8STRING"))
    }

    @Test(arguments: [
        (ObjectIdentifierDER.commonName, "2.5.4.3"), (.rsaEncryption, "1.2.840.113549.1.1.1"), (.secp384r1, "1.3.132.0.34"),
        (.authorityInfoAccess, "1.3.6.1.5.5.7.1.1"), (ObjectIdentifierDER(content: [0x88, 0x37]), "2.999"),
        (ObjectIdentifierDER(content: []), ""),
    ])
    func `an object identifier is shown in dotted decimal`(oid: ObjectIdentifierDER, dotted: String) {
        #expect(oid.description == dotted)
    }
}
