import Foundation
import Operations
import PolicyFiles
import TestKit
import Testing

@testable import ServerAssembly

/// What an operator is told of a set of policies with several faults.
@Suite struct `A set of policies` {
    @Test func `with several faults is refused with all of them, in every file`() async throws {
        let scratch = try TemporaryDirectory()
        let directory = DataDirectory(scratch.path("ca"))
        let configuration = try ServerConfiguration(organizations: ["Acme"], serviceDomains: [], publicURL: nil, hostnames: [])
        let environment = try ServerEnvironment([:])
        _ = try await Initialization(directory: directory, configuration: configuration, environment: environment).run()
        let opened = try OpenedIssuers(directory, configuration, environment)
        let loading = PolicyLoading(directory: directory, configuration: configuration, opened: opened)
        _ = try loading.load()
        let device = "\(directory.policies)/profiles/device.yaml"
        let profile = try String(contentsOfFile: device, encoding: .utf8)
            .replacing(/issuer_ref: .*/, with: "issuer_ref: nobody").replacing(/\nttl: .*/, with: "\nttl: soon")
            .replacing(/from_percent: .*/, with: "from_percent: 99")
        try (profile + "\ntll: 30d\n").write(toFile: device, atomically: false, encoding: .utf8)
        try "allow:\n  - actions: [fly]\n    profiles: device\n".write(
            toFile: "\(directory.policies)/access/bad.yaml", atomically: false, encoding: .utf8)
        try "a: [".write(toFile: "\(directory.policies)/access/worse.yaml", atomically: false, encoding: .utf8)
        let error = try #require(throws: OperatorError.self) { try loading.load() }
        for part in [
            "'issuer_ref': there is no issuing CA 'nobody'", "'ttl': expected a span of time, found 'soon'",
            "'renewal.from_percent': 99 is out of range", "'tll': unknown field", "'allow[0].actions[0]': 'fly' is not accepted",
            "'allow[0].profiles': expected a list", "worse.yaml:",
        ] { #expect(error.summary.contains(part), "\(part) in \(error)") }
        #expect(error.summary.hasPrefix("7 faults: "), "\(error)")
    }
}
