import CertificateClient
import PKI
import Testing

@testable import ClientCommands

@Suite struct `Values that peers chose` {
    @Test(arguments: [
        ("x\n7  allowed  revoke", "x\\n7  allowed  revoke"), ("\u{1B}[31m", "\\u{1B}[31m"), ("a\u{202E}b", "a\\u{202E}b"),
        ("a\u{2028}b", "a\\u{2028}b"), ("Zürich 東京", "Zürich 東京"),
    ]) func `cannot forge a line or steer a terminal`(value: String, shown: String) {
        #expect(visible(value) == shown)
        #expect(table([("name", value)]) == "name: " + shown)
        let refusal = Refusal(status: 400, code: "", messages: ["no: \(value) · remedy: \(value)"], requestID: nil, retryAfter: nil)
        #expect(refusal.summary == "no: " + shown && refusal.remedy == shown)
    }
}
