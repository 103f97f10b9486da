import Issuance
import PKI
import TestKit
import Testing

/// Rules of a service profile, a name, and whether it is certified.
struct NameRuleRow: CustomTestStringConvertible {
    let testDescription: String
    let rules: String
    let name: GeneralName
    let permitted: Bool

    init(_ name: GeneralName, _ permitted: Bool, _ rules: String = "allow_subdomains: true") {
        (testDescription, self.rules, self.name, self.permitted) = (
            "\(name) with \(rules.replacing("\n ", with: ","))", rules, name, permitted
        )
    }

    private static let wildcards = "allow_subdomains: true\n  allow_wildcard_certificates: true"
    private static let ranges = "allow_ip_sans: true\n  allowed_ip_sans_cidr: [10.1.0.0/16, \"2001:db8::/32\"]"
    private static let uris = "allowed_uri_sans: [\"spiffe://example/*\"]"

    static let all: [NameRuleRow] = [
        .init(.dns("db.internal"), true), .init(.dns("a.b.internal"), true), .init(.dns("internal"), false),
        .init(.dns("evilinternal"), false), .init(.dns("db.internal.evil"), false), .init(.dns("db.internal."), false),
        .init(.dns(".internal"), false), .init(.dns("-db.internal"), false), .init(.dns("d_b.internal"), false),
        .init(.dns("d b.internal"), false), .init(.dns("db\0.internal"), false), .init(.dns("dß.internal"), false),
        .init(.dns(String(repeating: "x", count: 64) + ".internal"), false), .init(.dns("localhost"), false),
        .init(.dns("internal"), true, "allow_bare_domains: true"), .init(.dns("db.internal"), false, "allow_bare_domains: true"),
        .init(.dns("localhost"), true, "allow_localhost: true"),
        .init(.dns("*.internal"), false), .init(.dns("*.internal"), true, wildcards), .init(.dns("*.db.internal"), true, wildcards),
        .init(.dns("d*.internal"), false, wildcards), .init(.dns("*.*.internal"), false, wildcards), .init(.dns("*"), false, wildcards),
        .init(.dns("db.example"), true, "allow_any_name: true"), .init(.dns("10.0.0.1"), false, "allow_any_name: true"),
        .init(.dns("*.example"), false, "allow_any_name: true"),
        .init(.ip([127, 0, 0, 1]), false), .init(.ip([10, 1, 255, 255]), true, ranges), .init(.ip([10, 2, 0, 0]), false, ranges),
        .init(.ip([0x20, 1, 0x0D, 0xB8] + Array(repeating: 1, count: 12)), true, ranges),
        .init(.ip([0x20, 1, 0x0D, 0xB9] + Array(repeating: 1, count: 12)), false, ranges),
        .init(.ip(Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 1, 0, 1]), false, ranges),
        .init(.uri("spiffe://example/db"), true, uris), .init(.uri("spiffe://other/db"), false, uris),
        .init(.uri("spiffe://example/a b"), false, uris), .init(.uri("urn:uuid:" + Bench.uuid), false, uris),
        .init(.uri("spiffe://example/web/../db"), false, uris), .init(.uri("SPIFFE://example/db"), false, "allowed_uri_sans: [\"*\"]"),
        .init(.uri("urn:uuid:x"), false, "allowed_uri_sans: [\"*\"]"), .init(.dns("\u{212A}.internal"), false),
        .init(.email("root@internal"), false, "allow_any_name: true"), .init(.other("dirName CN=x"), false, "allow_any_name: true"),
    ]
}

/// What is said about a service, and why it is refused.
struct ServiceRefusal: CustomTestStringConvertible {
    let testDescription: String
    let request: @Sendable () throws -> NameRequest
    let summary: String

    init(_ name: String, _ summary: String, _ request: @escaping @Sendable () throws -> NameRequest) {
        (testDescription, self.summary, self.request) = (name, summary, request)
    }

    private static let ticket = DecidedNames(source: "the ticket", identity: "db.internal")
    private static let renewal = DecidedNames(
        source: "the certificate being renewed", identity: "db.internal", names: [.dns("db.internal"), .dns("db-1.internal")])

    static let all: [ServiceRefusal] = [
        .init(
            "loopback addresses alone", "profile service needs a DNS name, or an address that is not a loopback one, and nobody names one"
        ) {
            NameRequest(csr: try IssuanceTests.request(names: [.ip([127, 0, 0, 1])]))
        },
        .init("a CN with a NUL", "the DNS name 'db\\0.internal' has white space or control characters in it") {
            NameRequest(csr: try IssuanceTests.request("db\0.internal"))
        },
        .init("two common names", "the CSR has several values for common name: 'a.internal', 'b.internal'") {
            NameRequest(csr: try opensslRequest(subject: "/CN=a.internal/CN=b.internal"))
        },
        .init("a foreign domain", "the name 'DNS:db.example' is not permitted by profile service") {
            NameRequest(csr: try IssuanceTests.request("db.internal", names: [.dns("db.example")]))
        },
        .init("an address outside the ranges", "the name 'IP:10.0.0.1' is not permitted by profile service") {
            NameRequest(csr: try IssuanceTests.request("db.internal"), names: [.ip([10, 0, 0, 1])])
        },
        .init("another name than the ticket's", "the common name 'web.internal' disagrees with the ticket, which says 'db.internal'") {
            NameRequest(decided: ticket, csr: try IssuanceTests.request("web.internal"))
        },
        .init("a further name beside the ticket's", "the DNS name 'web.internal' disagrees with the ticket, which says 'db.internal'") {
            NameRequest(decided: ticket, csr: try IssuanceTests.request("db.internal", names: [.dns("web.internal")]))
        },
        .init("the sign for kelvin", "the DNS name '\u{212A}.internal' has letters beyond ASCII") {
            NameRequest(csr: try IssuanceTests.request("\u{212A}.internal"))
        },
        .init("a name outside the pattern", "the name 'web.internal' does not match the ticket's pattern 'db-*'") {
            NameRequest(decided: DecidedNames(source: "the ticket", pattern: "db-*"), csr: try IssuanceTests.request("web.internal"))
        },
        .init(
            "two names with a pattern",
            "the ticket is for a pattern and enrols one DNS name at a time, not 'db-1.internal', 'db-2.internal'"
        ) {
            NameRequest(
                decided: DecidedNames(source: "the ticket", pattern: "db-*"),
                csr: try IssuanceTests.request("db-1.internal", names: [.dns("db-2.internal")]))
        },
        .init(
            "a new name on renewal",
            "the subject alternative name 'DNS:web.internal' disagrees with the certificate being renewed, which says 'DNS:db.internal, DNS:db-1.internal'"
        ) { NameRequest(decided: renewal, csr: try IssuanceTests.request("db.internal", names: [.dns("web.internal")])) },
    ]
}
