import PKI
import PolicyFiles
import Testing

/// A file with one field of each kind, as the tests read it.
private struct Sample: Equatable {
    var name: String
    var ttl: Int64
    var count: Int?
    var on: Bool?
    var kind: String?
    var tags: [String]?
    var usages: [String]?
    var connections: Int?
    var paths: [String]?

    init(_ text: String) throws(PolicyFileError) {
        var file = try PolicyMapping(text: text, file: "sample.yaml")
        name = try file.string("name")
        ttl = try file.duration("ttl", in: 300...2_592_000)
        count = try file.optionalInteger("count", in: 1...10)
        on = try file.optionalBool("on")
        kind = try file.optionalOneOf("kind", ["device", "service"])
        tags = try file.optionalStrings("tags")
        usages = try file.optionalAnyOf("usages", ["clientAuth", "serverAuth"])
        if var limits = try file.optionalMapping("limits") {
            connections = try limits.integer("connections")
            try limits.finish()
        }
        if let rules = try file.optionalMappings("rules") {
            paths = []
            for var rule in rules {
                paths?.append(try rule.string("path"))
                try rule.finish()
            }
        }
        try file.finish()
    }
}

@Suite struct `Policy files` {
    @Test func `are read field by field`() throws {
        let text = """
            # every kind of field
            name: yes
            ttl: 1h30m
            count: 10
            on: true
            kind: "device"
            tags: [a, 1.10, 'null']
            usages:
              - serverAuth
            limits: {connections: 5}
            rules:
              - path: pki/sign/*
              - path: "R&D, A & B"
            """
        let sample = try Sample(text)
        #expect(sample.name == "yes" && sample.ttl == 5_400 && sample.count == 10 && sample.on == true)
        #expect(sample.kind == "device" && sample.tags == ["a", "1.10", "null"] && sample.usages == ["serverAuth"])
        #expect(sample.connections == 5 && sample.paths == ["pki/sign/*", "R&D, A & B"])
    }

    @Test(arguments: PolicyFileFault.fields) func `name file, line and field of a fault`(fault: PolicyFileFault) {
        #expect(summary(of: fault.text) == fault.summary)
    }

    @Test(arguments: PolicyFileFault.documents) func `refuse YAML that is more than fields`(fault: PolicyFileFault) {
        #expect(summary(of: fault.text) == fault.summary)
    }

    @Test func `refuse a chain of aliases as field names without following it`() {
        var text = "name: a\nl0: &l0 [x, x]\n"
        for level in 1...40 { text += "l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]\n" }
        text += "? *l40\n: x\n"
        #expect(summary(of: text) == "sample.yaml:2: anchors and aliases are not accepted")
    }

    @Test func `say what to do in each error`() {
        for fault in PolicyFileFault.fields + PolicyFileFault.documents {
            let error = #expect(throws: PolicyFileError.self) { try Sample(fault.text) }
            #expect(error?.remedy.isEmpty == false)
            #expect(error?.description == "\(fault.summary) · remedy: \(error?.remedy ?? "")")
        }
    }

    @Test func `let their readers report faults of their own at the field's line`() throws {
        let file = try PolicyMapping(text: "a: 1\nb:\n  - x\n  - y\n", file: "f.yaml")
        #expect(file.fault("b", "is odd", remedy: "r").summary == "f.yaml:2: field 'b': is odd")
        #expect(file.fault("b", element: 1, "is odd", remedy: "r").summary == "f.yaml:4: field 'b[1]': is odd")
        #expect(file.has("a") && file.has("b") && !file.has("c"))
    }

    @Test(
        arguments: [
            ("0", 0), ("86400", 86_400), ("5m", 300), ("24h", 86_400), ("30d", 2_592_000), ("2w", 1_209_600), ("720h", 2_592_000),
            ("2160h0m0s", 7_776_000), ("1h30m", 5_400),
        ] as [(String, Int64)])
    func `take spans of time as people and Go write them`(text: String, seconds: Int64) {
        #expect(PolicyDuration.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "h", "-5m", "+5m", "1.5h", "5 m", "5ms", "5M", "1h30", "٣d", "9223372036854775807w", "99999999999999999999", "1e3",
    ])
    func `refuse other spans of time`(text: String) {
        #expect(PolicyDuration.seconds(text) == nil)
    }

    @Test(
        arguments: [(0, "0s"), (1, "1s"), (90, "90s"), (900, "15m"), (5_400, "90m"), (86_400, "1d"), (604_800, "7d")] as [(Int64, String)])
    func `write spans of time with one unit`(seconds: Int64, text: String) {
        #expect(PolicyDuration.text(seconds) == text)
        #expect(PolicyDuration.seconds(text) == seconds)
    }

    private func summary(of text: String) -> String {
        do throws(PolicyFileError) {
            return "accepted: \(try Sample(text))"
        } catch {
            return error.summary
        }
    }
}
