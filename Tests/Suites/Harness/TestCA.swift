import APISchema
import Foundation

/// A certificate authority in a sandbox, made by `ca-server init` and served on ports of its own.
struct TestCA: Sendable {
    let sandbox: Sandbox
    let port: Int
    let publicPort: Int
    /// Variables of `ca-server` alone.
    let environment: [String: String]
    /// The organization that its devices belong to.
    static let organization = "Acme"

    /// Its data folder.
    var data: String { sandbox.path("ca") }
    var address: String { "https://127.0.0.1:\(port)" }
    var publicAddress: String { "http://127.0.0.1:\(publicPort)" }
    var root: String { data + "/root.pem" }
    var adminToken: String { get throws { try sandbox.read("ca/admin.token").trimmingCharacters(in: .whitespacesAndNewlines) } }

    /// Runs `ca-server init`.
    init(in sandbox: Sandbox, environment: [String: String] = [:]) async throws {
        self.sandbox = sandbox
        self.environment = environment
        port = FreePorts.next()
        publicPort = FreePorts.next()
        try await sandbox.run(
            Programs.server,
            [
                "init", "--data", data, "--organization", Self.organization, "--public-url", publicAddress,
                "--service-domain", "internal", "--service-domain", "broker.test",
                "--hostname", "127.0.0.1", "--hostname", "ca.internal",
            ], environment: environment
        ).succeeded()
    }

    /// Makes a CA, serves it, and runs the body.
    static func serving(_ body: (TestCA) async throws -> Void) async throws {
        try await Sandbox.open { sandbox in
            let authority = try await TestCA(in: sandbox)
            _ = try await authority.serve()
            try await body(authority)
        }
    }

    /// Starts `ca-server serve` without waiting for anything.
    func launch(_ options: String...) throws -> RunningProgram { try launch(options) }

    /// The same, with options in an array.
    func launch(_ options: [String]) throws -> RunningProgram {
        try sandbox.start(
            Programs.server,
            ["serve", "--data", data, "--listen", "127.0.0.1:\(port)", "--public", "127.0.0.1:\(publicPort)"] + options,
            environment: environment)
    }

    /// Starts `ca-server serve` and waits until it is ready.
    func serve(_ options: String...) async throws -> RunningProgram {
        let server = try launch(options)
        do {
            try await eventually("ca-server is ready", within: .seconds(30)) {
                guard server.isRunning else { throw ProgramFailed(outcome: try await server.outcome()) }
                return try await isHealthy()
            }
        } catch let error as NeverHappened {
            throw NeverHappened(what: "\(error)\n\(server.log)")
        }
        return server
    }

    /// Whether `GET /v1/sys/health` answers 200.
    func isHealthy() async throws -> Bool {
        try await sandbox.run(
            "curl", ["--silent", "--fail", "--max-time", "5", "--cacert", root, address + "/v1/sys/health"]
        ).status == 0
    }

    /// Runs `ca-client` with nothing but the address and the root.
    func client(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await client(arguments, environment: environment)
    }

    /// The same, with arguments in an array.
    func client(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await sandbox.run(
            Programs.client, arguments, environment: ["CA_ADDR": address, "CA_CACERT": root].merging(environment) { $1 })
    }

    /// Runs `ca-client` as the administrator.
    func admin(_ arguments: String...) async throws -> Outcome { try await admin(arguments) }

    /// The same, with arguments in an array.
    func admin(_ arguments: [String]) async throws -> Outcome {
        try await client(arguments, environment: ["CA_TOKEN_FILE": data + "/admin.token"])
    }

    /// Runs another command of `ca-server` on the data folder.
    func server(_ command: String...) async throws -> Outcome {
        try await sandbox.run(Programs.server, command + ["--data", data], environment: environment)
    }

    /// A public file, such as `crl/devices.crl`, in a file of the sandbox.
    @discardableResult
    func fetch(_ path: String) async throws -> String {
        let file = sandbox.path(path.replacingOccurrences(of: "/", with: "-"))
        try await sandbox.run(
            "curl", ["--silent", "--show-error", "--fail", "--max-time", "10", "--output", file, "\(publicAddress)/\(path)"]
        ).succeeded()
        return file
    }

    /// What is published now.
    func publishedIndex() async throws -> PublishedIndex {
        let file = try await fetch("crl/index.json")
        return try JSONDecoder().decode(PublishedIndex.self, from: Data(try sandbox.octets(file)))
    }
}
