import PKI
import TestKit
import Testing

@Suite struct SerialNumberTests {
    @Test func `a hundred thousand random serials are distinct, positive and 16 octets`() {
        var generator = SeededGenerator(seed: 1)
        var seen: Set<SerialNumber> = []
        for _ in 0..<100_000 {
            let serial = SerialNumber(using: &generator)
            var der = DERWriter()
            der.integer(serial.octets)
            #expect(der.bytes.count == 18 && (0x40...0x7F).contains(der.bytes[2]))
            seen.insert(serial)
        }
        #expect(seen.count == 100_000)
    }

    @Test(
        arguments: [
            ("4f:00:a1", [0x4F, 0x00, 0xA1]), ("4F-00-A1", [0x4F, 0x00, 0xA1]), ("4f00a1", [0x4F, 0x00, 0xA1]), ("0001", [0x01]),
        ] as [(String, [UInt8])])
    func `a serial is read with colons, dashes or neither`(text: String, octets: [UInt8]) throws {
        #expect(try SerialNumber(text: text).octets == octets)
    }

    @Test func `a certificate's serial is read from its first octets, as OpenSSL reads it`() throws {
        let der = try ThrowAwayCA().devices.certificate.der
        let said = try run("openssl", ["x509", "-inform", "DER", "-noout", "-serial"], input: der).stdout
        #expect(try SerialNumber(ofCertificate: der) == SerialNumber(text: String(said.dropFirst("serial=".count).dropLast())))
        for length in 0..<8 { #expect(throws: InvalidCertificate.self) { try SerialNumber(ofCertificate: Array(der.prefix(length))) } }
    }

    @Test(
        arguments: [
            ("", .notHexadecimal("")), ("4", .notHexadecimal("4")), ("4g", .notHexadecimal("4g")), ("00:00", .zero),
            (String(repeating: "7f", count: 21), .tooLong(octets: 21)), ("80" + String(repeating: "00", count: 19), .tooLong(octets: 20)),
        ] as [(String, InvalidSerialNumber)])
    func `what is no serial is refused with the reason`(text: String, reason: InvalidSerialNumber) {
        #expect(throws: reason) { try SerialNumber(text: text) }
    }
}
