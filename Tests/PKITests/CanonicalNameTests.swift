import PKI
import Testing

@Suite struct CanonicalNameTests {
    static let rows: [(name: GeneralName, canonical: GeneralName)] = [
        (.dns("DB.Internal"), .dns("db.internal")),
        // The sign for kelvin and the long s have their lower or upper case in ASCII.
        (.dns("\u{212A}.internal"), .dns("\u{212A}.internal")), (.dns("\u{17F}.internal"), .dns("\u{17F}.internal")),
        (.uri("URN:UUID:6B0F8A3E-1C52-4A8E-9D0C-2F1F5F6F7A10"), .uri("urn:uuid:6b0f8a3e-1c52-4a8e-9d0c-2f1f5f6f7a10")),
        (.uri("spiffe://x/DB"), .uri("spiffe://x/DB")),
        (.ip(Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 1, 1, 1]), .ip([10, 1, 1, 1])),
        (.ip(Array(repeating: 0, count: 12) + [10, 1, 1, 1]), .ip([10, 1, 1, 1])),
        (.ip(Array(repeating: 0, count: 15) + [1]), .ip(Array(repeating: 0, count: 15) + [1])),
        (
            .ip([0xFD] + Array(repeating: 0, count: 9) + [0xFF, 0xFF, 10, 1, 1, 1]),
            .ip([0xFD] + Array(repeating: 0, count: 9) + [0xFF, 0xFF, 10, 1, 1, 1])
        ),
    ]

    @Test(arguments: rows) func `a name has one spelling`(name: GeneralName, canonical: GeneralName) {
        #expect(name.canonical == canonical)
        #expect(canonical.canonical == canonical)
    }

    @Test func `loopback is known in every spelling`() {
        let names: [GeneralName] = [
            .dns("localhost"), .dns("LOCALHOST"), .ip([127, 9, 9, 9]), .ip(Array(repeating: 0, count: 15) + [1]),
            .ip(Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]),
        ]
        for name in names { #expect(name.isLoopback, "\(name)") }
        for name in [GeneralName.dns("db.localhost"), .ip([128, 0, 0, 1]), .uri("localhost:x")] { #expect(!name.isLoopback, "\(name)") }
    }

    @Test(arguments: [
        "spiffe://acme.test/db", "spiffe://acme.test/ns/Prod/sa/db_1", "https://acme.test", "urn:uuid:6b0f8a3e-1c52-4a8e-9d0c-2f1f5f6f7a10",
        "opc:urn:acme:server",
    ])
    func `a canonical URI is certified`(uri: String) { #expect(isCanonicalURI(uri)) }

    @Test(arguments: [
        "spiffe://acme.test/web/../db", "spiffe://acme.test/./db", "spiffe://acme.test//db", "spiffe://acme.test/db/",
        "spiffe://acme.test/..",
        "spiffe://acme.test/web/%2e%2e/db", "spiffe://acme.test/web%2fdb", "SPIFFE://acme.test/db", "spiffe://ACME.test/db",
        "spiffe://admin@acme.test/db", "spiffe://acme.test:443/db", "spiffe://acme.test/db?x", "spiffe://acme.test/db#x", "spiffe:///db",
        "spiffe://acme.test/web\\db", "spiffe://acme.test/d b", "spiffe://acme.test/d\u{AD}b", "spiffe://acme.t\u{E9}st/db", "db", ":db",
        "",
        "x:", "1x:y", "spiffe://[::1]/db",
    ])
    func `a URI that has another spelling, or means another thing to somebody, is not`(uri: String) { #expect(!isCanonicalURI(uri)) }
}
