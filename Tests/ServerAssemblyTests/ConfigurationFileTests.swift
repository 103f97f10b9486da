import HTTPFront
import Logging
import PKI
import PolicyFiles
import TestKit
import Testing

@testable import ServerAssembly

@Suite struct `The configuration file` {
    @Test func `that init writes says what init was told`() throws {
        let written = try ServerConfiguration(
            organizations: ["Müller's \"Pumps\" & Co: #1", "0123", "- x", "null", "{a}"], serviceDomains: ["svc.Internal", "example.org"],
            publicURL: "http://CA.example:8080", hostnames: ["ca.example", "10.0.0.1", "2001:DB8::1"])
        let read = try ServerConfiguration.parse(written.yaml, file: "config.yaml")
        #expect(read == written)
        #expect(read.organizations.map(\.description) == ["Müller's \"Pumps\" & Co: #1", "0123", "- x", "null", "{a}"])
        #expect(read.serviceDomains.map(\.description) == ["svc.internal", "example.org"])
        #expect(read.publicURL.description == "http://ca.example:8080")
        #expect(read.hostnames.map(\.description) == ["ca.example", "10.0.0.1", "2001:db8::1"])
    }

    @Test func `with one organization has defaults for the rest`() throws {
        let read = try ServerConfiguration.parse("organizations: [Acme]\n", file: "config.yaml")
        #expect(read == (try ServerConfiguration(organizations: ["Acme"], serviceDomains: [], publicURL: nil, hostnames: [])))
        #expect(read.serviceDomains.map(\.description) == ["internal"])
        #expect(read.publicURL.description == "http://127.0.0.1:8080")
        #expect(read.hostnames.map(\.description) == ["localhost", "127.0.0.1", "::1"])
        #expect(read.listen.description == "127.0.0.1:8443" && read.publicListen.description == "127.0.0.1:8080")
        #expect(read.limits.connections == 10_000 && read.limits.requestBytes == 262_144)
        #expect(read.crl.refresh == 900 && read.crl.lifetime == 604_800 && read.crl.backdate == 120)
        #expect(read.logLevel == .info)
    }

    @Test func `sets every field`() throws {
        let text = """
            organizations: [Acme, "Acme, Inc."]
            service_domains: [svc.example]
            public_url: http://[2001:db8::1]:8000
            hostnames: [ca.example]
            listen: "[::1]:0"
            public: 0.0.0.0:80
            limits: {connections: 16, request_bytes: 4096}
            crl: {refresh: 1s, lifetime: 1h, backdate: 5m}
            log_level: debug
            """
        let read = try ServerConfiguration.parse(text, file: "config.yaml")
        #expect(read.organizations.map(\.description) == ["Acme", "Acme, Inc."])
        #expect(read.publicURL.description == "http://[2001:db8::1]:8000")
        #expect(read.listen.host == "::1" && read.listen.port == 0 && read.publicListen.description == "0.0.0.0:80")
        #expect(read.limits == .init(connections: 16, requestBytes: 4_096))
        #expect(read.crl == .init(refresh: 1, lifetime: 3_600, backdate: 300) && read.logLevel == .debug)
    }

    @Test(arguments: [
        ("listen: 127.0.0.1:1\n", "c.yaml:1: field 'organizations': missing"),
        ("organizations: []\n", "c.yaml:1: field 'organizations': the list is empty"),
        ("organizations: [A]\nlistne: a:1\n", "c.yaml:2: field 'listne': unknown field; did you mean 'listen'?"),
        ("organizations: [A]\ncrl:\n  refersh: 1m\n", "c.yaml:3: field 'crl.refersh': unknown field; did you mean 'refresh'?"),
        ("organizations: [A]\nlisten: 127.0.0.1\n", "c.yaml:2: field 'listen': '127.0.0.1' has no port"),
        ("organizations:\n- A\n- ' B'\n", "c.yaml:3: field 'organizations[1]': the organization's name ' B' begins or ends with a space"),
        ("organizations:\n- A\n- A\n", "c.yaml:3: field 'organizations[1]': 'A' is given twice"),
        ("organizations: [A]\nlimits: {connections: 1}\n", "c.yaml:2: field 'limits.connections': '1' is not a number in range"),
        ("organizations: [A]\ncrl:\n  backdate: 10m\n", "c.yaml:3: field 'crl.backdate': '10m' is not a span of time in range"),
        (
            "organizations: [A]\ncrl:\n  refresh: 31m\n  lifetime: 1h\n",
            "c.yaml:2: field 'crl': refresh is more than half of lifetime: 31m against 1h"
        ),
        (
            "organizations: [A]\nlisten: localhost:1\npublic: localhost:1\n",
            "c.yaml:3: field 'public': localhost:1 is the address of `listen` too"
        ),
        ("organizations: [A]\nlog_level: loud\n", "c.yaml:2: field 'log_level': 'loud' is not a log level"),
    ])
    func `names file, line and field of a fault`(text: String, summary: String) {
        let error = #expect(throws: ConfigurationError.self) { try ServerConfiguration.parse(text, file: "c.yaml") }
        #expect(error?.summary == summary)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `names all its faults at once, and none that comes of another`() throws {
        let text = """
            organizations: [' A']
            listne: a:1
            listen: 127.0.0.1
            public: 127.0.0.1:8443
            crl: {refresh: 31m, lifetime: 1h, backdate: 10m}
            limits: x
            hostnames: [127.0.0.1]
            """
        let error = #expect(throws: ConfigurationError.self) { try ServerConfiguration.parse(text, file: "c.yaml") }
        guard case .several(let faults) = error else {
            Issue.record("one fault: \(String(describing: error))")
            return
        }
        let places = faults.map { $0.summary.split(separator: ": ").prefix(2).joined(separator: ": ") }
        #expect(
            places == [
                "c.yaml:1: field 'organizations[0]'", "c.yaml:2: field 'listne'", "c.yaml:3: field 'listen'",
                "c.yaml:5: field 'crl.backdate'", "c.yaml:5: field 'crl'", "c.yaml:6: field 'limits'", "c.yaml:7: field 'hostnames'",
            ])
        for fault in faults { #expect(error?.summary.contains(fault.description) == true) }
    }

    @Test func `names places that show an old ledger, and is written as it was read`() throws {
        let text = "organizations: [Acme]\n" + "ledger: {anchor: /mnt/other/anchor.json, published: [/var/a, /var/b]}\n"
        let read = try ServerConfiguration.parse(text, file: "config.yaml")
        #expect(read.ledger == .init(anchor: "/mnt/other/anchor.json", published: ["/var/a", "/var/b"]))
        #expect(try ServerConfiguration.parse(read.yaml, file: "config.yaml") == read)
        let none = try ServerConfiguration.parse("organizations: [Acme]\n", file: "config.yaml")
        #expect(none.ledger == .init() && none.yaml.contains("# ledger:"))
        #expect(try ServerConfiguration.parse(none.yaml, file: "config.yaml") == none)
    }

    @Test func `has places that show an old ledger overridden by the environment, with absolute paths only`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("config.yaml", "organizations: [Acme]\n")
        let environment = try ServerEnvironment(["CA_LEDGER_ANCHOR": "/a/anchor", "CA_LEDGER_PUBLISHED": #"["/b", "/c"]"#])
        let read = try ServerConfiguration.read(file, environment: environment)
        #expect(read.ledger == .init(anchor: "/a/anchor", published: ["/b", "/c"]))
        #expect(throws: ConfigurationError.self) {
            try ServerConfiguration.read(file, environment: ServerEnvironment(["CA_LEDGER_ANCHOR": "anchor.json"]))
        }
        #expect(throws: ConfigurationError.unknownVariable(name: "CA_LEDGER_ANCOR", meant: "CA_LEDGER_ANCHOR")) {
            try ServerEnvironment(["CA_LEDGER_ANCOR": "/a"])
        }
    }
}

@Suite struct `The options of init and serve` {
    @Test func `are named when they are wrong`() {
        let rows: [(organizations: [String], domains: [String], url: String?, hosts: [String], option: String)] = [
            ([], [], nil, [], "--organization"), ([""], [], nil, [], "--organization"), (["A"], ["a b"], nil, [], "--service-domain"),
            (["A"], [], "ftp://x", [], "--public-url"), (["A"], [], nil, ["x_y"], "--hostname"),
        ]
        for row in rows {
            let error = #expect(throws: ConfigurationError.self) {
                try ServerConfiguration(
                    organizations: row.organizations, serviceDomains: row.domains, publicURL: row.url, hostnames: row.hosts)
            }
            #expect(error?.summary.hasPrefix("\(row.option): ") == true)
        }
    }

    @Test func `override the addresses`() throws {
        let base = try ServerConfiguration(organizations: ["A"], serviceDomains: [], publicURL: nil, hostnames: [])
        let changed = try base.overriding(listen: "0.0.0.0:1", publicListen: nil)
        #expect(changed.listen.description == "0.0.0.0:1" && changed.publicListen == base.publicListen)
        #expect(throws: ConfigurationError.self) { try base.overriding(listen: nil, publicListen: "8080") }
        #expect(throws: ConfigurationError.self) { try base.overriding(listen: "127.0.0.1:8080", publicListen: nil) }
    }
}
