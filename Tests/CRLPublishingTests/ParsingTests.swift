import CRLPublishing
import Testing

struct ParsingTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://ca.example/", "http://ca.example"),
        ("https://ca.example/pki/", "https://ca.example/pki"), ("http://[::1]:8080", "http://[::1]:8080"),
    ])
    func `an address is kept without the slash at its end`(_ text: String, _ address: String) {
        #expect(SourceAddress(text)?.description == address)
    }

    @Test(arguments: ["", "ca.example", "ftp://ca.example", "http://", "http://ca/?x=1", "http://ca/#x", "http://user@ca", "file:///etc"])
    func `what is no address of a CA is refused`(_ text: String) {
        #expect(SourceAddress(text) == nil)
    }
}
