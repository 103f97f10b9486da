import Issuance
import PKI
import TestKit
import Testing
import X509

@Suite struct `Service names` {
    @Test(arguments: NameRuleRow.all) func `follow the profile's rules`(row: NameRuleRow) throws {
        let bench = try Bench(profiles: ["profiles/service.yaml": ProfileTexts.service(row.rules)], hostNames: [])
        guard case .service(let rules) = try bench.maker.role("service").naming else {
            Issue.record("not a service profile")
            return
        }
        #expect(rules.permits(row.name) == row.permitted)
    }

    @Test(arguments: ServiceRefusal.all) func `are refused with the offending value`(row: ServiceRefusal) throws {
        let bench = try Bench()
        let refusal = try bench.refusal(row.request(), role: "service")
        #expect(refusal?.summary == row.summary)
        #expect(refusal?.remedy.isEmpty == false)
        #expect(bench.signings.value == 0)
    }

    @Test func `are the common name first and then the others, in lower case, each once`() throws {
        let csr = try request("DB.Internal", names: [.dns("b.internal"), .dns("db.INTERNAL"), .ip([127, 0, 0, 1]), .dns("B.internal")])
        let names = try Bench().plan(NameRequest(csr: csr), role: "service").plan.names
        #expect(names.commonName == "db.internal")
        #expect(names.names == [.dns("db.internal"), .dns("b.internal"), .ip([127, 0, 0, 1])])
    }

    @Test func `too long for a common name stand in the alternative names`() throws {
        let long = "x." + String(repeating: "abcdefghi.", count: 6) + "internal"
        let names = try Bench().plan(NameRequest(csr: request(names: [.dns(long), .dns("b.internal")])), role: "service").plan.names
        #expect(names.commonName == "b.internal" && names.names == [.dns(long), .dns("b.internal")])
    }

    @Test func `that are all longer than a common name certify the service by themselves`() async throws {
        let bench = try Bench()
        let long = "x." + String(repeating: "abcdefghi.", count: 6) + "internal"
        for request in [
            NameRequest(csr: try request(names: [.dns(long)])), NameRequest(csr: try request(long)), NameRequest(commonName: long),
            NameRequest(
                decided: DecidedNames(source: "the certificate being renewed", identity: long, names: [.dns(long)]), csr: try request()),
        ] {
            let plan = try bench.plan(request, role: "service").plan
            #expect(plan.names.identity == long && plan.names.commonName == nil && plan.names.names == [.dns(long)])
            let leaf = try await CertificateDocument(der: bench.maker.make(plan).der)
            #expect(leaf.subjectDER == [0x30, 0x00] && leaf.commonName == nil && leaf.holder == long && leaf.names == [.dns(long)])
            // RFC 5280 §4.2.1.6: critical where the subject is empty.
            #expect(leaf.certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical == true)
            #expect(try bench.verification(of: leaf).status == 0)
            let issuer = try #require(bench.maker.signer(of: leaf))
            #expect(bench.maker.profiles(fitting: leaf, of: issuer).map(\.name).contains("service"))
        }
    }

    @Test(arguments: [[10, 1, 0, 9], [0xFD, 0] + Array(repeating: 0, count: 13) + [9]] as [[UInt8]])
    func `that are addresses alone certify the service by its first one`(octets: [UInt8]) async throws {
        let rules = "allow_ip_sans: true\n  allowed_ip_sans_cidr: [10.1.0.0/16, \"fd00::/16\", 127.0.0.0/8]"
        let bench = try Bench(profiles: ["profiles/service.yaml": ProfileTexts.service(rules)])
        let (name, loopback) = (PKI.GeneralName.ip(octets), PKI.GeneralName.ip([127, 0, 0, 1]))
        let identity = String(name.description.dropFirst("IP:".count))
        for request in [
            NameRequest(csr: try request(names: [loopback, name])), NameRequest(names: [loopback, name]),
            NameRequest(csr: try request(identity, names: [name, loopback])),
            NameRequest(decided: DecidedNames(source: "the ticket", identity: identity), csr: try request(names: [name, loopback])),
            NameRequest(
                decided: DecidedNames(source: "the certificate being renewed", identity: identity, names: [name, loopback]),
                csr: try request()),
        ] {
            let plan = try bench.plan(request, role: "service").plan
            #expect(plan.names.identity == identity && plan.names.commonName == nil && Set(plan.names.names) == [name, loopback])
            let leaf = try await CertificateDocument(der: bench.maker.make(plan).der)
            #expect(leaf.subjectDER == [0x30, 0x00] && leaf.holder == identity)
            // RFC 5280 §4.2.1.6: critical where the subject is empty.
            #expect(leaf.certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical == true)
            #expect(try bench.verification(of: leaf, options: ["-verify_ip", identity]).status == 0)
            #expect(try bench.verification(of: leaf, options: ["-verify_ip", "10.9.9.9"]).status != 0)
            let issuer = try #require(bench.maker.signer(of: leaf))
            #expect(bench.maker.profiles(fitting: leaf, of: issuer).map(\.name).contains("service"))
        }
        let foreign = DecidedNames(source: "the ticket", identity: "10.1.0.7")
        #expect(
            try bench.refusal(NameRequest(decided: foreign, csr: request(names: [name])), role: "service")
                == .nameNotListed(name.description, source: "the ticket"))
    }

    @Test func `beside a CSR that has its own are left out with a warning`() throws {
        let bench = try Bench()
        let csr = try request("db.internal", names: [.dns("db.internal")])
        let (plan, warnings) = try bench.plan(
            NameRequest(csr: csr, names: [.dns("DB.internal"), .dns("web.internal"), .ip([127, 0, 0, 1])]), role: "service")
        #expect(plan.names.names == [.dns("db.internal")])
        #expect(
            warnings == [
                "the alternative names of the CSR were used, these of the request were not: DNS:web.internal, IP:127.0.0.1"
            ])
    }

    @Test(arguments: MalformedName.all) func `that no policy can permit are refused for what they are`(row: MalformedName) throws {
        let anything = ProfileTexts.service("allow_any_name: true")
        for bench in [try Bench(), try Bench(profiles: ["profiles/service.yaml": anything])] {
            let refusal = try bench.refusal(NameRequest(commonName: row.text), role: "service")
            #expect(refusal?.code == "malformed_name")
            #expect(refusal?.summary.contains(row.says) == true, "\(refusal?.summary ?? "accepted")")
            #expect(refusal?.remedy.contains(row.advises) == true, "\(refusal?.remedy ?? "accepted")")
            #expect(refusal?.remedy.contains("policies") == false)
        }
    }

    @Test func `of kinds that are never certified send nobody to a policy`() throws {
        for name in [PKI.GeneralName.email("a@b.internal"), .other("registeredID 1.2.3")] {
            let refusal = try Bench().refusal(NameRequest(commonName: "a.internal", names: [name]), role: "service")
            #expect(refusal?.code == "name_not_permitted" && refusal?.remedy.contains("policies") == false)
        }
        let refusal = try Bench().refusal(NameRequest(commonName: "a.internal", names: [.uri("no uri")]), role: "service")
        #expect(refusal == .malformedURI("no uri"))
    }

    @Test func `leave out an organization that cannot be read, and a CN that cannot is refused`() throws {
        let key = try Keys.p256.get()
        var forged = ForgedSubject(key: key)
        forged.attributes = [
            (.organization, 0x14, [0xE4]),
            (.commonName, 0x1E, [0, 0x61, 0, 0x2E, 0, 0x69, 0, 0x6E, 0, 0x74, 0, 0x65, 0, 0x72, 0, 0x6E, 0, 0x61, 0, 0x6C]),
        ]
        let (plan, warnings) = try Bench().plan(NameRequest(csr: try SigningRequest(der: try forged.der())), role: "service")
        #expect(plan.names.commonName == "a.internal" && warnings.count == 1)
        forged.attributes = [(.commonName, 0x14, [0xE4])]
        #expect(
            try Bench().refusal(NameRequest(csr: try SigningRequest(der: try forged.der())), role: "service")
                == .csr(.unreadableName("2.5.4.3")))
    }

    @Test func `come from the request when the CSR has none`() throws {
        let names = try Bench().plan(NameRequest(csr: request(), names: [.ip([127, 0, 0, 1]), .dns("A.internal")]), role: "service").plan
            .names
        #expect(names.commonName == "a.internal" && names.names == [.ip([127, 0, 0, 1]), .dns("a.internal")])
    }

    @Test func `stay as they were on renewal, whatever the CSR leaves out`() throws {
        let fixed: [PKI.GeneralName] = [.dns("db.internal"), .dns("db-1.internal"), .ip([127, 0, 0, 1])]
        let decided = DecidedNames(source: "the certificate being renewed", identity: "db.internal", names: fixed)
        #expect(try Bench().plan(NameRequest(decided: decided, csr: request()), role: "service").plan.names.names == fixed)
    }

    @Test func `beside a ticket's own are those that it lists, and loopback`() throws {
        let rules = "allow_subdomains: true\n  allow_ip_sans: true\n  allowed_ip_sans_cidr: [127.0.0.0/8, 10.0.0.0/8]"
        let bench = try Bench(profiles: ["profiles/service.yaml": ProfileTexts.service(rules)])
        let listed: [PKI.GeneralName] = [.dns("db-1.internal"), .ip([10, 0, 0, 9])]
        let decided = DecidedNames(source: "the ticket", identity: "db.internal", listed: listed)
        let csr = try request(names: listed + [.ip([127, 0, 0, 1])])
        let names = try bench.plan(NameRequest(decided: decided, csr: csr), role: "service").plan.names
        #expect(names.commonName == "db.internal")
        #expect(names.names == [.dns("db.internal")] + listed + [.ip([127, 0, 0, 1])])
        let other = NameRequest(decided: decided, csr: try request(names: [.ip([10, 0, 0, 8])]))
        #expect(try bench.refusal(other, role: "service") == .nameNotListed("IP:10.0.0.8", source: "the ticket"))
    }

    @Test func `that are IPv4 addresses in the form of IPv6 are the addresses themselves`() throws {
        let rules = "allow_subdomains: true\n  allow_ip_sans: true\n  allowed_ip_sans_cidr: [10.0.0.0/8, \"::/0\"]"
        let bench = try Bench(profiles: ["profiles/service.yaml": ProfileTexts.service(rules)])
        let mapped = { GeneralName.ip(Array(repeating: 0, count: 10) + [0xFF, 0xFF] + $0) }
        let csr = try request("db.internal", names: [mapped([10, 0, 0, 9])])
        #expect(try bench.plan(NameRequest(csr: csr), role: "service").plan.names.names.last == .ip([10, 0, 0, 9]))
        let reserved = try request("db.internal", names: [mapped([10, 0, 0, 5])])
        #expect(try bench.refusal(NameRequest(csr: reserved), role: "service") == .reservedName("IP:10.0.0.5"))
        let outside = try request("db.internal", names: [mapped([192, 0, 2, 1])])
        #expect(try bench.refusal(NameRequest(csr: outside), role: "service") == .nameNotPermitted("IP:192.0.2.1", profile: "service"))
    }

    @Test func `carry no organization, and say so`() throws {
        let (plan, warnings) = try Bench().plan(
            NameRequest(csr: request("db.internal", organization: "Example", type: "sensor")), role: "service")
        #expect(plan.names.organization == nil && plan.names.organizationalUnit == nil)
        #expect(warnings.count == 2)
    }

    @Test func `of a pattern ticket are one at a time: a second could be somebody else's`() throws {
        let decided = DecidedNames(source: "the ticket", pattern: "*.internal")
        let names = [PKI.GeneralName.dns("new.internal"), .dns("db.internal")]
        #expect(
            try Bench().refusal(NameRequest(decided: decided, names: names), role: "service")
                == .severalNames(["new.internal", "db.internal"], source: "the ticket"))
        #expect(try Bench().plan(NameRequest(decided: decided, names: [names[0]]), role: "service").plan.names.commonName == "new.internal")
    }

    @Test func `may be a hundred, each checked, and not one more`() throws {
        let bench = try Bench()
        let names = (0...100).map { PKI.GeneralName.dns("host-\($0).internal") }
        #expect(try bench.plan(NameRequest(names: Array(names.dropLast())), role: "service").plan.names.names.count == 100)
        #expect(try bench.refusal(NameRequest(names: names), role: "service") == .tooManyNames(101, most: 100))
        let foreign = Array(names.prefix(99)) + [.dns("host.example")]
        #expect(
            try bench.refusal(NameRequest(names: foreign), role: "service") == .nameNotPermitted("DNS:host.example", profile: "service"))
    }
}
