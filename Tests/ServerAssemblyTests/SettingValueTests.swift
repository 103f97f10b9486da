import HTTPFront
import Testing

@testable import ServerAssembly

@Suite struct `Settings` {
    @Test(arguments: [
        "127.0.0.1:8443", "0.0.0.0:0", "localhost:65535", "ca.example.org:1", "[::1]:8443", "[2001:db8::1]:80",
    ]) func `take addresses to listen on`(text: String) throws {
        #expect(try listenAddress(text).description == text)
    }

    @Test(arguments: [
        "", ":8443", "8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:8443x", "::1:8443",
        "[::1]", "[::1", "[127.0.0.1]:80", "[]:80", "a b:80", "300.0.0.1:80", "127.1:80", "http://a:80", "a:٣",
    ]) func `refuse other addresses`(text: String) {
        #expect(throws: InvalidSetting.self) { try listenAddress(text) }
    }

    @Test(arguments: ["http://ca.example", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"])
    func `take public URLs`(text: String) throws {
        #expect(try PublicURL(text).description == text)
    }

    @Test(arguments: [
        "", "ca.example", "https://ca.example", "http://", "http://ca.example/", "http://ca.example/crl", "http://ca.example?x",
        "http://ca.example#x", "http://user@ca.example", "http://ca.example:0", "http://ca.example:99999", "http://ca example",
        "ftp://ca.example", "http://\u{212A}.example", "http://ca.example\n",
    ]) func `refuse other public URLs`(text: String) {
        #expect(throws: InvalidSetting.self) { try PublicURL(text) }
    }

    @Test(arguments: ["A", "Müller & Söhne GmbH", "株式会社", "a  b", String(repeating: "x", count: 64)])
    func `take names of organizations`(text: String) throws {
        #expect(try OrganizationName(text).description == text)
    }

    @Test(arguments: ["", " ", " A", "A ", "A\n", "A\0B", "A\u{202E}B", "A\u{2028}B", "A\u{7F}", String(repeating: "x", count: 65)])
    func `refuse other names of organizations`(text: String) {
        #expect(throws: InvalidSetting.self) { try OrganizationName(text) }
    }

    @Test(arguments: ["internal", "svc.internal", "a-b.c1", "xn--bcher-kva.example", String(repeating: "a", count: 63) + ".x"])
    func `take domains`(text: String) throws {
        #expect(try DomainName(text).description == text)
        #expect(try DomainName(text.uppercased()).description == text)
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "*.a", "a_b", "-a", "a-", "bücher.example", "1.2.3.4", "a.1", "a b", "a/b", "a\0",
        String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "b", "\u{212A}.example",
    ]) func `refuse other domains`(text: String) {
        #expect(throws: InvalidSetting.self) { try DomainName(text) }
    }

    @Test func `know two spellings of an address as one`() throws {
        #expect(try HostName("0:0::1") == HostName("::1"))
        #expect(try HostName("::1").description == "::1")
        #expect(try HostName("localhost") != HostName("127.0.0.1"))
    }
}
