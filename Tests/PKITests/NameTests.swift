import PKI
import Testing

@Suite struct NameTests {
    // The right column is what inet_ntop writes.
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
        ("1::", "1::"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::00ff", "2001:db8::ff"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::ffff:1.2.3.4", "::ffff:102:304"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `an address is shown in its canonical form`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text: text))
        #expect(address.description == canonical)
        #expect(IPAddress(text: canonical) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4", ":", ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1%eth0", "[::1]", "::1/64", "1.2.3.4::",
        "::1.2.3.4:5", ":1", "1:", "١.٢.٣.٤", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4",
    ])
    func `what is no address is nil`(text: String) {
        #expect(IPAddress(text: text) == nil)
    }

    @Test(arguments: [
        (GeneralName.dns("a.example"), "DNS:a.example"), (.ip([10, 0, 0, 1]), "IP:10.0.0.1"),
        (.ip([UInt8](repeating: 0, count: 15) + [1]), "IP:::1"), (.uri("urn:uuid:0"), "URI:urn:uuid:0"), (.email("a@b"), "email:a@b"),
        (.other("x"), "other:x"),
    ])
    func `a name is written with its kind and read back`(name: GeneralName, text: String) {
        #expect(name.description == text)
        #expect(GeneralName(description: text) == name)
    }

    @Test(arguments: ["", "a.example", "dns:a", "IP:", "IP:1.2.3", "FOO:x"])
    func `a text without a known kind is no name`(text: String) {
        #expect(GeneralName(description: text) == nil)
    }
}
