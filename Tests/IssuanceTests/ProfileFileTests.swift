import Issuance
import PKI
import PolicyFiles
import TestKit
import Testing

/// A change to a good profile file, and what is said about it.
struct ProfileFault: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let summary: String

    init(_ name: String, replacing old: String, with new: String, in text: String = ProfileTexts.device, _ summary: String) {
        (testDescription, self.summary) = (name, "profiles/sample.yaml" + summary)
        self.text = text.replacing(old, with: new)
    }

    private static let service = ProfileTexts.service

    static let all: [ProfileFault] = [
        .init("an unknown issuer", replacing: "devices", with: "device", ":1: field 'issuer_ref': there is no issuing CA 'device'"),
        .init(
            "a retired issuer", replacing: "devices", with: "devices-0",
            ":1: field 'issuer_ref': the issuing CA 'devices-0' is retired and issues nothing"),
        .init("no lifetime", replacing: "ttl: 30d\n", with: "", ":1: field 'ttl': missing"),
        .init("a lifetime of minutes", replacing: "30d", with: "9m", ":2: field 'ttl': 9m is out of range"),
        .init("a lifetime of eleven years", replacing: "30d", with: "4015d", ":2: field 'ttl': 4015d is out of range"),
        .init(
            "nothing left after backdating", replacing: "ttl: 30d\nnot_before_duration: 5m", with: "ttl: 15m\nnot_before_duration: 6m",
            ":3: field 'not_before_duration': leaves less than 10 minutes of the ttl"),
        .init(
            "an unknown key type", replacing: "ed25519", with: "ed448",
            ":4: field 'allowed_key_types[2]': 'ed448' is not accepted"),
        .init(
            "no key type", replacing: "[ec-p256, ec-p384, ed25519, rsa]", with: "[]", ":4: field 'allowed_key_types': is empty"),
        .init("weak RSA", replacing: "2048", with: "1024", ":5: field 'min_rsa_bits': 1024 is out of range"),
        .init(
            "a CA's key usage", replacing: "KeyAgreement", with: "CertSign",
            ":6: field 'key_usage[1]': 'CertSign' is not accepted"),
        .init(
            "no digital signature", replacing: "[DigitalSignature, KeyAgreement]", with: "[KeyAgreement]",
            ":6: field 'key_usage': TLS needs DigitalSignature"),
        .init(
            "text for a flag", replacing: "server_flag: false", with: "server_flag: no",
            ":7: field 'server_flag': expected true or false, found 'no'"),
        .init(
            "neither server nor client", replacing: "client_flag: true", with: "client_flag: false",
            ":8: field 'client_flag': neither server_flag nor client_flag is true"),
        .init(
            "a window of renewal that ends before it begins", replacing: "to_percent: 75", with: "to_percent: 50",
            ":9: field 'renewal.to_percent': is before from_percent"),
        .init(
            "a renewal that is too late", replacing: "to_percent: 75", with: "to_percent: 99",
            ":9: field 'renewal.to_percent': 99 is out of range"),
        .init(
            "a grace longer than the lifetime", replacing: "grace: 24h", with: "grace: 31d",
            ":9: field 'renewal.grace': 31d is out of range"),
        .init(
            "an unknown list", replacing: "$organizations", with: "$orgs", ":11: field 'device.organization[0]': there is no list '$orgs'"),
        .init(
            "an organization with a character that nobody sees", replacing: "[$organizations]", with: "[\"Ex\u{200B}ample\"]",
            ":11: field 'device.organization': has the character U+200B, which nobody sees"),
        .init(
            "an unknown rule for keys", replacing: "min_rsa_bits: 2048", with: "key_reuse: maybe",
            ":5: field 'key_reuse': may not be 'maybe'"),
        .init("no organization", replacing: "[$organizations]", with: "[]", ":11: field 'device.organization': is empty"),
        .init("a misspelt field", replacing: "ou:", with: "uo:", ":11: field 'device.ou': missing"),
        .init("an unknown field", replacing: "ttl: 30d", with: "ttl: 30d\nmax_ttl: 60d", ":3: field 'max_ttl': unknown field"),
        .init(
            "both ways to name", replacing: "service:", with: "device: {organization: [a], ou: []}\nservice:", in: service,
            ":9: field 'device': exactly one of device and service says how holders are named"),
        .init(
            "a block with host bits", replacing: "127.0.0.0/8", with: "127.0.0.1/8", in: service,
            ":13: field 'service.allowed_ip_sans_cidr[0]': '127.0.0.1/8' is not a block of addresses"),
        .init(
            "a block too narrow", replacing: "::1/128", with: "::1/129", in: service,
            ":13: field 'service.allowed_ip_sans_cidr[1]': '::1/129' is not a block of addresses"),
    ]
}

@Suite struct `Profile files` {
    private func profiles(_ files: [String: String]) throws(PolicyFileError) -> ProfileSet {
        try ProfileSet(
            files: files, lists: ProfileTexts.lists, issuers: ["devices": .issuing, "services": .issuing, "devices-0": .retired])
    }

    @Test(arguments: ProfileFault.all) func `name file, line and field of a fault`(fault: ProfileFault) throws {
        let error = #expect(throws: PolicyFileError.self) { try profiles(["profiles/sample.yaml": fault.text]) }
        #expect(error?.summary.hasPrefix(fault.summary) == true, "\(error?.summary ?? "")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test(arguments: ["profiles/Device.yaml", "profiles/a b.yaml", "profiles/.yaml", "profiles/ä.yaml", "profiles/a.b.yaml"])
    func `have a role's name`(path: String) {
        #expect(throws: PolicyFileError.self) { try profiles([path: ProfileTexts.device]) }
    }

    @Test func `name the CA's own profile once`() {
        let error = #expect(throws: PolicyFileError.self) {
            try profiles(["profiles/a.yaml": ProfileTexts.server, "profiles/b.yaml": ProfileTexts.server])
        }
        #expect(error?.summary == "profiles/b.yaml: field 'reserved': the profile a is the CA's own already")
    }

    @Test func `become a further role by being there`() async throws {
        let bench = try Bench(profiles: ["profiles/meter.yaml": ProfileTexts.device.replacing("30d", with: "10d")])
        #expect(bench.maker.profiles.roleNames == ["device", "meter", "service"])
        let leaf = try await bench.issue(.device(), role: "meter")
        #expect(leaf.notAfter - leaf.notBefore + 1 == 864_000)
        #expect(try bench.verification(of: leaf).status == 0)
    }

    @Test func `have a version that changes with every byte`() throws {
        let versions = try [ProfileTexts.device, ProfileTexts.device + "\n", ProfileTexts.device.replacing("30d", with: "31d")].map {
            try profiles(["profiles/device.yaml": $0]).role("device")?.version
        }
        #expect(Set(versions).count == 3 && versions[0]?.utf8.count == 64)
    }
}

@Suite struct `Blocks of addresses` {
    @Test(arguments: [
        "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.1/31", "::/129", "example/8", "", "/", "10.0.0.0/+8x",
    ])
    func `are refused when they are none`(text: String) { #expect(IPRange(cidr: text) == nil) }

    @Test(
        arguments: [
            ("0.0.0.0/0", [1, 2, 3, 4], true), ("10.0.0.0/9", [10, 128, 0, 0], false), ("10.0.0.0/9", [10, 127, 255, 255], true),
            ("10.0.0.7/32", [10, 0, 0, 7], true), ("::/0", [10, 0, 0, 7], false),
        ] as [(String, [UInt8], Bool)])
    func `contain the addresses with their leading bits`(text: String, address: [UInt8], contained: Bool) throws {
        let range = try #require(IPRange(cidr: text))
        #expect(range.contains(address) == contained)
        #expect(range.description == text)
    }
}

@Suite struct `Globs` {
    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("", "", true), ("", "a", false), ("*a*b", "xaxbxb", true), ("a.c", "abc", false), ("?", "é", true), ("[a]", "a", false),
    ])
    func `match whole texts`(pattern: String, text: String, matches: Bool) {
        #expect(glob(pattern, matches: text) == matches)
    }

    @Test func `with many stars take no exponential time`() {
        #expect(
            !glob(String(repeating: "*a", count: 40), matches: String(repeating: "a", count: 39) + String(repeating: "b", count: 2_000)))
    }
}
